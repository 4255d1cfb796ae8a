"""Text to blocks to libcst trees, with exact positions."""
