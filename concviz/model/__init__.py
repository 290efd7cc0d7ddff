"""The pure model: what was asked, what happened, and what it amounts to.

Nothing here reads a clock, starts a thread, opens a file or knows a screen.
"""
