"""Hand-written calls, a file a topic."""
