"""Reads Python source and says what Core ML conversion would do with it.

Nothing in this package runs or imports the code it reads, and nothing here imports torch,
coremltools or pygls.
"""
