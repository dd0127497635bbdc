"""Words in and words out: entity linker, spoken numbers and times, stop words, and what the robot says."""
