"""Attempts to move the robot with what nobody ordered: libFuzzer on the C code, damaged traffic on controllers."""
