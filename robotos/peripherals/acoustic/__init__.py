"""What noise does to the recogniser's acoustic model, and when that is to be reckoned with."""
