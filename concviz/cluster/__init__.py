"""A Dask cluster as a place for runs: plugins that live in it, and who listens to them here."""
