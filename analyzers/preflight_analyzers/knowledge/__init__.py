"""What coremltools can convert, as data per version, and its reader."""
