"""Pictures as vectors: of a run, of several on one axis, of speedups; what SVG and HTML draw."""
