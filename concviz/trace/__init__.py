"""The stream of a run: what is told of it, how that is written down and read. Pure."""
