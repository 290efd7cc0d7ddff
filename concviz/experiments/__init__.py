"""Comparisons and sweeps: what is to be run, and running it."""
