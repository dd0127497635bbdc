"""The actuation gate: the only door to the motors, in this process or in one of its own."""
