"""The engine: runs a plan in a process of its own and brings back what happened."""
