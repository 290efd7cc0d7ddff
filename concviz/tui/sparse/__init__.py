"""What goes to the terminal: of every picture that Textual draws, the cells that differ.

Textual draws whole widgets, and the whole screen when the focus moves. The terminal shows most of
that already, and on a slow line each byte is time. So between compositor and terminal stands one
that knows what the terminal shows (``lines``), and writes the rest in few bytes (``writer``).
"""
