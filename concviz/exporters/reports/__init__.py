"""What programs read: the JSON objects of a run, a comparison and a sweep, field by field.

Conventions of all three: a key that ends in ``_s`` is in seconds, in ``_bytes`` in bytes; shares
and ratios are plain numbers, 1 is all or as much. A point in time counts from the start of the
run, which is when the strategy's own code begins. Every key is always there; what was not seen or
cannot be known is null, never 0. The docstrings of the fields are the descriptions of the
published JSON Schema (``concviz.exporters.schema``).
"""
