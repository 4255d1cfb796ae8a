"""Which target, with which inputs, in which interpreter, and how the outcome is reported."""
