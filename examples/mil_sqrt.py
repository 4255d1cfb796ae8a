"""A MIL Builder program of one input: the square root of every element."""

from coremltools.converters.mil import Builder as mb


@mb.program(input_specs=[mb.TensorSpec(shape=(1, 3, 16, 16))])
def square_root(x):
    return mb.sqrt(x=x, name="root")
