"""How often is looked; on its own, because who only chooses that need not import who looks."""

SAMPLE_HZ = 50.0
"""How often every worker's thread is looked at by default."""
