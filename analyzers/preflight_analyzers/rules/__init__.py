"""The rules: each file holds one, with its documentation, its examples and its check."""
