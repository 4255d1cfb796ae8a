"""Fourier transforms."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Rule,
    ShapeRule,
    Unsure,
    same_dtype,
    same_shape,
    size_of,
)
from preflight_analyzers.meaning.shapes.promotion import complex_made, floating, is_complex, real_of
from preflight_analyzers.meaning.shapes.sizes import axis_of, replaced
from preflight_analyzers.meaning.values import Shape


def _to_real(call: Call) -> str:
    return real_of(floating(call.dtype()))


def _half(size: int | None) -> int | None:
    return None if size is None else size // 2 + 1


def _double(size: int | None) -> int | None:
    return None if size is None else 2 * (size - 1)


def _one(half: bool = False, back: bool = False) -> ShapeRule:
    """Along one axis: ``(input, n, dim, norm)``; ``half`` of the frequencies, or back from half of them."""

    def rule(call: Call) -> Shape:
        shape = call.shape()
        axis = axis_of(call.integer(2, "dim", default=-1), len(shape))
        wanted = call.get(1, "n")
        size = shape[axis] if wanted is None else size_of(wanted)
        if half:
            size = _half(size)
        elif back and wanted is None:
            size = _double(size)
        return replaced(shape, axis, size)

    return rule


def _many(default_dims: int | None, half: bool = False, back: bool = False) -> ShapeRule:
    """Along several axes: ``(input, s, dim, norm)``."""

    def rule(call: Call) -> Shape:
        shape = list(call.shape())
        rank = len(shape)
        wanted = call.sizes(1, "s", scattered=False) if call.sure(1, "s") is not None else None
        if call.sure(2, "dim") is not None:
            dims = [axis_of(d, rank) for d in call.integers(2, "dim")]
        elif default_dims is not None:
            dims = list(range(rank - default_dims, rank))
        else:
            dims = list(range(rank - len(wanted), rank)) if wanted is not None else list(range(rank))
        if not dims or dims[0] < 0:
            raise Unsure
        if wanted is not None:
            for axis, size in zip(dims, wanted, strict=True):
                shape[axis] = shape[axis] if size == -1 else size
        last = dims[-1]
        if half:
            shape[last] = _half(shape[last])
        elif back and (wanted is None or wanted[-1] == -1):
            shape[last] = _double(shape[last])
        return tuple(shape)

    return rule


def _stft_shape(call: Call) -> Shape:
    shape = call.shape()
    size = call.get(1, "n_fft")
    count = size_of(size) if size is not None else None
    onesided = call.sure(8, "onesided")
    if onesided is None or call.flag(8, "onesided"):
        if onesided is None and is_complex(call.dtype()):
            bins = count
        else:
            bins = _half(count)
    else:
        bins = count
    return (*shape[:-1], bins, None) if _gives_complex(call) else (*shape[:-1], bins, None, 2)


def _gives_complex(call: Call) -> bool:
    """stft; of complex input it does unless told otherwise."""
    if call.sure(9, "return_complex") is not None:
        return call.flag(9, "return_complex")
    return is_complex(call.dtype())


def _stft_dtype(call: Call) -> str:
    return complex_made(call) if _gives_complex(call) else real_of(call.dtype())


def _istft_shape(call: Call) -> Shape:
    return (*call.shape()[:-2], None)


def _istft_dtype(call: Call) -> str:
    return call.dtype() if call.flag(9, "return_complex") else real_of(call.dtype())


def _frequencies(half: bool) -> Rule:
    def shape(call: Call) -> Shape:
        count = call.get(0, "n")
        size = None if count is None else size_of(count)
        return (_half(size) if half else size,)

    def dtype(call: Call) -> str:
        return call.named_dtype(-1) or "float32"

    return (dtype, shape)


RULES: dict[str, Rule] = {
    "fft.fft": (complex_made, _one()),
    "fft.ifft": (complex_made, _one()),
    "fft.rfft": (complex_made, _one(half=True)),
    "fft.ihfft": (complex_made, _one(half=True)),
    "fft.irfft": (_to_real, _one(back=True)),
    "fft.hfft": (_to_real, _one(back=True)),
    "fft.fft2": (complex_made, _many(2)),
    "fft.ifft2": (complex_made, _many(2)),
    "fft.rfft2": (complex_made, _many(2, half=True)),
    "fft.irfft2": (_to_real, _many(2, back=True)),
    "fft.hfft2": (_to_real, _many(2, back=True)),
    "fft.ihfft2": (complex_made, _many(2, half=True)),
    "fft.fftn": (complex_made, _many(None)),
    "fft.ifftn": (complex_made, _many(None)),
    "fft.rfftn": (complex_made, _many(None, half=True)),
    "fft.irfftn": (_to_real, _many(None, back=True)),
    "fft.hfftn": (_to_real, _many(None, back=True)),
    "fft.ihfftn": (complex_made, _many(None, half=True)),
    "fft.fftshift": (same_dtype, same_shape),
    "fft.ifftshift": (same_dtype, same_shape),
    "fft.fftfreq": _frequencies(half=False),
    "fft.rfftfreq": _frequencies(half=True),
    "stft": (_stft_dtype, _stft_shape),
    "istft": (_istft_dtype, _istft_shape),
}
