"""The screen: the only part of concviz that knows Textual.

Screens hold widgets, widgets know neither screens nor the app: data goes down through constructors
and methods, messages (``messages.py``) come up.
"""
