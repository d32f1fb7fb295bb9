"""Decides right or wrong. Knows no HTTP, no user and no database."""
