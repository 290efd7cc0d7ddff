"""concviz: see concurrency, on a live timeline in your terminal."""

__version__ = "0.1.0"
