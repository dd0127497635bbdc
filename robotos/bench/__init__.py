"""Benchmarks: each measures one area and says which of its goals are met. What cannot be measured says why."""
