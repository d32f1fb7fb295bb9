"""Models that learn: on the command line, and before the eyes of a student whose step trains them."""
