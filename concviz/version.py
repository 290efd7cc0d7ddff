"""The version of concviz."""

__version__ = "0.1.0"
