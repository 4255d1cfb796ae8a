"""The language server: one file a method or feature."""
