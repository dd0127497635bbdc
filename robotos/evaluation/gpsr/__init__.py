"""Commands of RoboCup@Home's General Purpose Service Robot test: read, staged in an arena, and judged by its end."""
