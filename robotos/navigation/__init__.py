"""Knowing the home: maps, costs, paths, coverage and localisation, as pure functions of arrays."""
