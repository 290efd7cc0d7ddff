"""Several runs of the same work: what they took, which is best and why, and how it scales.

``cases`` hold what was measured, ``spread`` says what is a difference, ``comparison`` and ``sweep``
put cases beside each other, ``verdict`` and ``recommendation`` say what follows, ``laws`` fits the
laws of scaling.
"""
