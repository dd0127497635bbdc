"""The sentence encoder and what it makes possible: phrases like the one that was said, found on the disk."""
