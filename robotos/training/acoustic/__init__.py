"""Learning what noise does to the Gaussians of the acoustic model, from the same speech with and without it."""
