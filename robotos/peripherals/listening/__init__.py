"""The listening path: from frames of the microphone to words for the robot, without threads, devices or clocks."""
