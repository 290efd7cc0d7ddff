"""Programs that are watched in tests."""
