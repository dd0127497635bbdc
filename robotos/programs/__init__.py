"""User space: what the robot can do, each program written against system calls only."""
