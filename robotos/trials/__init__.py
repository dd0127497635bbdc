"""The body put to the proof: real processes, real signals, and what the motors' pins show happened."""
