"""Where streams come from, and the one pump that takes them in."""
