"""Ears and mouths: typed words, sound files and microphones in; text, sound files and loudspeakers out."""
