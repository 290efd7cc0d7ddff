"""A run as the events of Chrome's Trace Event Format."""
