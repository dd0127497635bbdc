"""robotos: an operating system for a home robot, driven by voice."""

__version__ = "0.1.0"
