"""A MIL Builder program of two inputs: (123, 456) times (456, 789) is (123, 789)."""

from coremltools.converters.mil import Builder as mb


@mb.program(input_specs=[mb.TensorSpec(shape=(123, 456)), mb.TensorSpec(shape=(456, 789))])
def matrix_product(left, right):
    return mb.matmul(x=left, y=right, name="product")
