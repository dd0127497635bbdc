"""What this machine has, lacks, or has broken, each with its cure; one small function a question."""
