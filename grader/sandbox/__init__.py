"""Runs code nobody trusts, and lets nothing out but typed values."""
