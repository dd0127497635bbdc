"""Scenarios: whole commands in a simulated home, judged by what happened there, on disk and at the speaker."""
