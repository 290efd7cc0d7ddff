"""Runs in forms that outlive them: a picture with words, a JSON object, a recording.

Everything here reads the model and nothing else.
"""
