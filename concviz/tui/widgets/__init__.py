"""The panes of the lab and their parts, one idea a file."""
