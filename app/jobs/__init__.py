"""Work that needs a sandbox: queued in the database, done by workers, awaited by the web process."""
