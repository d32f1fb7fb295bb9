"""What there is to solve: problems, instructors' cases, versions."""
