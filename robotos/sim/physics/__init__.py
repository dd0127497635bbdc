"""The world with contact, slip and things that can be pushed, on MuJoCo."""
