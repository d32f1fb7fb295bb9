"""Everything that runs beside student code: standard library and NumPy, nothing else of this project."""
