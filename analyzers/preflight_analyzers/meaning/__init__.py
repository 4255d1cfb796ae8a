"""What the code does: an abstract interpretation that starts at ``forward()``."""
