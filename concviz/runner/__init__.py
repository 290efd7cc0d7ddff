"""The process of a run, and what can be run in it."""
