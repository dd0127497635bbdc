"""The simulated home: motors and sensors around the real firmware, and the truth for whoever judges a run."""
