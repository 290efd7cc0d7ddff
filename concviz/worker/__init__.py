"""What runs inside the user's processes: the standard library and itself."""
