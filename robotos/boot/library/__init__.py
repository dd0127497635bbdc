"""Models beside the bundled one: which can be had, fetching and checking them, and which the owner has chosen."""
