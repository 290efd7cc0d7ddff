"""A page for a browser, in one file: its parts, its data, its script and its style sheet."""
