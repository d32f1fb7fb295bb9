"""`python -m app.cli` is `handgrad`."""

from app.cli import main

main()
