"""torch.nn modules, constructed as models construct them."""

from __future__ import annotations

from ..handwritten import Calls, Ints

calls = call = Calls()


def layer(made: str, *, code: str = "m(x)", **inputs: object) -> None:
    call(f"torch.{made.partition('(')[0]}", code, m=made, **inputs)


image, signal, rows, volume = (1, 4, 8, 8), (1, 4, 8), (2, 3), (1, 4, 6, 6, 6)
for name in (
    "ReLU ReLU6 GELU SiLU Mish ELU SELU CELU LeakyReLU Hardtanh Hardswish Hardsigmoid Hardshrink Softshrink "
    "Tanhshrink Softplus Softsign LogSigmoid Sigmoid Tanh RReLU PReLU Identity Flatten Dropout AlphaDropout"
).split():
    layer(f"nn.{name}()", x=image, code="m(x) * 2" if "Dropout" in name or name == "Identity" else "m(x)")
    layer(f"nn.{name}()", x=rows, code="m(x) * 2" if "Dropout" in name or name == "Identity" else "m(x)")
for name in ("ReLU", "ReLU6", "SiLU", "LeakyReLU", "Hardswish", "ELU", "Hardtanh", "Hardsigmoid", "Mish"):
    layer(f"nn.{name}(inplace=True)", x=image, code="m(x * 1)")
layer("nn.GELU('tanh')", x=rows)
layer("nn.PReLU(4)", x=image)
layer("nn.Softmax(dim=-1)", x=rows)
layer("nn.Softmax(dim=1)", x=image)
layer("nn.LogSoftmax(dim=1)", x=rows)
layer("nn.Softmax2d()", x=image)
layer("nn.Softmin(dim=1)", x=rows)
layer("nn.Threshold(0.1, 0.0)", x=rows)
layer("nn.GLU(dim=1)", x=image)
for n, shape in ((1, signal), (2, image), (3, volume)):
    for padding in ("", ", padding=1", ", stride=2, padding=1, bias=False", ", padding='same'", ", groups=4"):
        layer(f"nn.Conv{n}d(4, 8, 3{padding})", x=shape)
    layer(f"nn.Conv{n}d(4, 4, 1)", x=shape)
    layer(f"nn.Conv{n}d(4, 4, 3, padding=2, dilation=2)", x=shape)
    for mode in ("reflect", "replicate", "circular"):
        layer(f"nn.Conv{n}d(4, 4, 3, padding=1, padding_mode='{mode}')", x=shape)
    layer(f"nn.ConvTranspose{n}d(4, 8, 3)", x=shape)
    layer(f"nn.ConvTranspose{n}d(4, 8, 2, stride=2)", x=shape)
    layer(f"nn.ConvTranspose{n}d(4, 8, 4, stride=2, padding=1)", x=shape)
    layer(f"nn.ConvTranspose{n}d(4, 8, 3, stride=2, padding=1, output_padding=1)", x=shape)
    layer(f"nn.BatchNorm{n}d(4)", x=shape)
    layer(f"nn.BatchNorm{n}d(4, affine=False)", x=shape)
    layer(f"nn.InstanceNorm{n}d(4)", x=shape)
    layer(f"nn.InstanceNorm{n}d(4, affine=True)", x=shape)
    layer(f"nn.MaxPool{n}d(2)", x=shape)
    layer(f"nn.MaxPool{n}d(3, stride=2, padding=1)", x=shape)
    layer(f"nn.MaxPool{n}d(3, stride=2, ceil_mode=True)", x=shape)
    layer(f"nn.MaxPool{n}d(2, return_indices=True)", x=shape)
    layer(f"nn.AvgPool{n}d(2)", x=shape)
    layer(f"nn.AvgPool{n}d(3, stride=1, padding=1)", x=shape)
    layer(f"nn.AvgPool{n}d(3, stride=2, ceil_mode=True)", x=shape)
    layer(f"nn.AvgPool{n}d(3, 1, 1, count_include_pad=False)", x=shape)
    layer(f"nn.AdaptiveAvgPool{n}d(1)", x=shape)
    layer(f"nn.AdaptiveAvgPool{n}d(2)", x=shape)
    layer(f"nn.AdaptiveMaxPool{n}d(1)", x=shape)
    layer(f"nn.AdaptiveMaxPool{n}d(2)", x=shape)
    layer(f"nn.LPPool{n}d(2, 2)", x=shape)
    layer(f"nn.Dropout{n}d(0.5)", x=shape, code="m(x) * 2")
    layer(f"nn.ConstantPad{n}d(1, 0.0)", x=shape)
    layer(f"nn.ZeroPad{n}d(1)", x=shape)
    layer(f"nn.ReflectionPad{n}d(1)", x=shape)
    layer(f"nn.ReplicationPad{n}d(1)", x=shape)
    layer(f"nn.CircularPad{n}d(1)", x=shape)
    layer(f"nn.MaxUnpool{n}d(2)", x=shape, code=f"m(*F.max_pool{n}d(x, 2, return_indices=True))")
    for lazy in ("BatchNorm", "InstanceNorm"):
        call(
            f"torch.nn.Lazy{lazy}{n}d",
            "m(x)",
            x=shape,
            m=f"(lambda l: (l.eval()(torch.ones{shape}), l)[1])(nn.Lazy{lazy}{n}d())",
        )
call("torch.nn.LazyLinear", "m(x)", x=rows, m="(lambda l: (l(torch.ones(2, 3)), l)[1])(nn.LazyLinear(4))")
layer("nn.AdaptiveAvgPool2d((1, 1))", x=image, code="m(x).flatten(1)")
layer("nn.AdaptiveAvgPool2d((7, 7))", x=(1, 3, 14, 14))
layer("nn.AdaptiveAvgPool2d((3, 3))", x=(1, 3, 7, 7))
layer("nn.AdaptiveAvgPool2d((None, 4))", x=image)
layer("nn.Linear(3, 4)", x=rows)
layer("nn.Linear(3, 4, bias=False)", x=(1, 2, 3))
layer("nn.Bilinear(3, 4, 5)", x=rows, y=(2, 4), code="m(x, y)")
layer("nn.LayerNorm(3)", x=rows)
layer("nn.LayerNorm((8, 8))", x=image)
layer("nn.LayerNorm(3, eps=1e-6, elementwise_affine=False)", x=(1, 2, 3))
layer("nn.RMSNorm(3)", x=rows)
layer("nn.RMSNorm(3, eps=1e-6)", x=(1, 2, 3))
layer("nn.GroupNorm(2, 4)", x=image)
layer("nn.GroupNorm(1, 4)", x=image)
layer("nn.SyncBatchNorm(4)", x=image)
layer("nn.LocalResponseNorm(5)", x=image)
layer("nn.CrossMapLRN2d(5)", x=image)
layer("nn.Embedding(5, 3)", x=Ints((2, 4)))
layer("nn.Embedding(5, 3, padding_idx=0)", x=Ints((1, 4)))
layer("nn.EmbeddingBag(5, 3)", x=Ints((2, 4)))
for mode in ("nearest", "bilinear", "bicubic", "nearest-exact"):
    layer(f"nn.Upsample(scale_factor=2, mode='{mode}')", x=image)
layer("nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)", x=image)
layer("nn.Upsample(size=(16, 16), mode='bilinear', align_corners=False)", x=image)
layer("nn.Upsample(scale_factor=2)", x=signal)
layer("nn.Upsample(scale_factor=2, mode='linear')", x=signal)
layer("nn.Upsample(scale_factor=2, mode='trilinear')", x=volume)
layer("nn.UpsamplingBilinear2d(scale_factor=2)", x=image)
layer("nn.UpsamplingNearest2d(scale_factor=2)", x=image)
layer("nn.PixelShuffle(2)", x=image)
layer("nn.PixelUnshuffle(2)", x=image)
layer("nn.ChannelShuffle(2)", x=image)
layer("nn.Flatten(1)", x=image)
layer("nn.Flatten(2, 3)", x=image)
layer("nn.Unflatten(1, (2, 2))", x=image)
layer("nn.Fold((4, 4), 2, stride=2)", x=(1, 12, 4))
layer("nn.Unfold(2, stride=2)", x=image)
layer("nn.FeatureAlphaDropout()", x=image, code="m(x) * 2")
layer("nn.FractionalMaxPool2d(2, output_size=3)", x=image)
layer("nn.FractionalMaxPool3d(2, output_size=3)", x=volume)
for kind in ("LSTM", "GRU", "RNN"):
    for options in ("", ", batch_first=True", ", num_layers=2", ", bidirectional=True", ", bias=False",
                    ", 2, batch_first=True, bidirectional=True"):  # fmt: skip
        layer(f"nn.{kind}(3, 4{options})", x=(2, 5, 3), code="m(x)[0]")
    layer(f"nn.{kind}(3, 4, batch_first=True)", x=(1, 5, 3), code="m(x)[1]")
    layer(f"nn.{kind}(3, 4, batch_first=True)", x=(1, 5, 3))
layer("nn.LSTM(3, 4)", x=(5, 1, 3), h=(1, 1, 4), c=(1, 1, 4), code="m(x, (h, c))[0]")
layer("nn.LSTM(3, 4, proj_size=2)", x=(5, 1, 3), code="m(x)[0]")
layer("nn.GRU(3, 4)", x=(5, 1, 3), h=(1, 1, 4), code="m(x, h)[0]")
layer("nn.RNN(3, 4, nonlinearity='relu')", x=(5, 1, 3), code="m(x)[0]")
layer("nn.LSTMCell(3, 4)", x=rows, h=(2, 4), c=(2, 4), code="m(x, (h, c))")
layer("nn.LSTMCell(3, 4)", x=rows)
layer("nn.GRUCell(3, 4)", x=rows, h=(2, 4), code="m(x, h)")
layer("nn.RNNCell(3, 4)", x=rows, h=(2, 4), code="m(x, h)")
for options in ("4, 2", "4, 2, batch_first=True", "4, 2, dropout=0.1", "4, 2, bias=False"):
    layer(f"nn.MultiheadAttention({options})", x=(2, 3, 4), code="m(x, x, x)[0]")
    layer(f"nn.MultiheadAttention({options})", x=(2, 3, 4), code="m(x, x, x, need_weights=False)[0]")
layer("nn.MultiheadAttention(4, 2)", x=(2, 3, 4), y=(5, 3, 4), code="m(x, y, y)[0]")
layer("nn.MultiheadAttention(4, 2)", x=(3, 1, 4), k=(3, 3), code="m(x, x, x, attn_mask=k)[0]")
layer("nn.TransformerEncoderLayer(4, 2, 8)", x=(3, 1, 4))
layer("nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)", x=(1, 3, 4))
layer("nn.TransformerEncoderLayer(4, 2, 8, norm_first=True, activation='gelu')", x=(3, 1, 4))
layer("nn.TransformerDecoderLayer(4, 2, 8)", x=(3, 1, 4), y=(5, 1, 4), code="m(x, y)")
layer("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2)", x=(3, 1, 4))
layer(
    "nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 1)", x=(3, 1, 4), y=(5, 1, 4), code="m(x, y)"
)
layer("nn.Transformer(4, 2, 1, 1, 8)", x=(3, 1, 4), y=(5, 1, 4), code="m(x, y)")
layer("nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))", x=rows)
layer("nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True))", x=image)
layer("nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])", x=rows, code="m[1](m[0](x))")
layer("nn.ModuleDict({'a': nn.Linear(3, 3)})", x=rows, code="m['a'](x)")
layer("nn.ParameterList([torch.ones(3)])", x=rows, code="x + m[0]")
layer("nn.ParameterDict({'a': torch.ones(3)})", x=rows, code="x + m['a']")
layer("nn.CosineSimilarity(dim=1)", x=rows, y=rows, code="m(x, y)")
layer("nn.PairwiseDistance()", x=rows, y=rows, code="m(x, y)")
for loss in (
    "MSELoss",
    "L1Loss",
    "SmoothL1Loss",
    "HuberLoss",
    "BCEWithLogitsLoss",
    "KLDivLoss",
    "SoftMarginLoss",
):
    layer(f"nn.{loss}()", x=rows, y=rows, code="m(x, y)")
layer("nn.CrossEntropyLoss()", x=rows, y=Ints((2,)), code="m(x, y)")
layer("nn.NLLLoss()", x=rows, y=Ints((2,)), code="m(x, y)")
layer("nn.NLLLoss2d()", x=(1, 3, 4, 4), y=Ints((1, 4, 4)), code="m(x, y)")
layer("nn.TripletMarginLoss()", x=rows, y=rows, z=rows, code="m(x, y, z)")
layer("nn.TripletMarginWithDistanceLoss()", x=rows, y=rows, z=rows, code="m(x, y, z)")
layer("nn.AdaptiveLogSoftmaxWithLoss(8, 10, [4])", x=(2, 8), code="m.log_prob(x)")
