"""The Wyoming protocol over TCP: Home Assistant's recognisers, voices and satellites used here, and ours there."""
