"""Several runs of the same work: what they took, which is best and why, and how it scales.

``cases`` hold what was measured, ``interval`` says how sure a ratio of two is, ``standing`` which
are as good as the best; ``comparison`` and ``sweep`` put cases beside each other; ``verdict``,
``reasons`` and ``recommendation`` say what follows; ``laws`` fits the laws of scaling.
"""
