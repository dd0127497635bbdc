"""Localisation beyond one scan: whether the pose still holds, and where the robot is when it does not."""
