"""A MIL Builder program that adds two inputs of one shape, element by element."""

from coremltools.converters.mil import Builder as mb

SHAPE = (8, 128)


@mb.program(input_specs=[mb.TensorSpec(shape=SHAPE), mb.TensorSpec(shape=SHAPE)])
def elementwise_add(left, right):
    return mb.add(x=left, y=right, name="total")
