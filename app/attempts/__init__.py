"""What students hand in and what came of it."""
