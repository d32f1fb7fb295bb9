"""The service: everything that knows HTTP, users or SQL."""
