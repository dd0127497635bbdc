"""The stop reflex: a small network beside the recogniser that hears the stop words, frame by frame."""
