"""Other spellings, a file a topic."""
