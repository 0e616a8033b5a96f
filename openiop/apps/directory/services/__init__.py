"""What changes the directory: imports, the points of ZIP areas, programs that speak for themselves, reports."""
