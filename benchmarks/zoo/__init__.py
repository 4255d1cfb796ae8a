"""What real modules do when they are traced and converted, and what was said of it before."""
