"""How findings are printed: one file an output format."""
