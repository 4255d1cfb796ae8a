"""A model of the older neural network format (``.mlmodel``): every element to the power of three."""

from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder

SHAPE = datatypes.Array(10, 20, 30)

# disable_rank5_shape_mapping keeps the three axes as they are, instead of padding the shape to rank 5.
cube = NeuralNetworkBuilder(
    [("x", SHAPE)],
    [("cubed", SHAPE)],
    disable_rank5_shape_mapping=True,
)
cube.add_unary(name="cube", input_name="x", output_name="cubed", mode="power", alpha=3.0)
