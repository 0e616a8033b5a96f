"""Heavy libraries behind small protocols (PDF, charts, solvers)."""
