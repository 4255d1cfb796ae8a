"""What real modules of installed packages do when they are traced and converted, and what was said of it before."""
