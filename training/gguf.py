"""Reads and writes GGUF, version 3: as much of it as the bundled model needs.

The format: magic, version, counts, metadata (key, type, value), tensor descriptions (name, sizes, type, offset), data.
"""

import struct
from pathlib import Path

import numpy as np

MAGIC, VERSION, ALIGNMENT = b"GGUF", 3, 32
U32, I32, F32, BOOL, STRING, ARRAY, U64 = 4, 5, 6, 7, 8, 9, 10
SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    U32: "<I",
    I32: "<i",
    F32: "<f",
    BOOL: "<?",
    U64: "<Q",
    11: "<q",
    12: "<d",
}
BLOCK = 32
SUPER_BLOCK = 256
TYPE_IDS = {"F32": 0, "F16": 1, "Q4_0": 2, "Q8_0": 8, "Q4_K": 12}
FILE_TYPES = {"F32": 0, "F16": 1, "Q4_0": 2, "Q8_0": 7, "Q4_K": 14}  # general.file_type
ROW_MULTIPLES = {"F32": 1, "F16": 1, "Q4_0": BLOCK, "Q8_0": BLOCK, "Q4_K": SUPER_BLOCK}


def to_q8_0(values: np.ndarray) -> bytes:
    """Blocks of 32: one f16 scale and 32 signed bytes."""
    blocks = values.reshape(-1, BLOCK).astype(np.float32)
    scale = np.abs(blocks).max(1, keepdims=True) / 127
    quants = np.round(np.divide(blocks, scale, out=np.zeros_like(blocks), where=scale > 0)).astype(np.int8)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("quants", "i1", BLOCK)])
    packed["scale"], packed["quants"] = scale[:, 0], quants
    return packed.tobytes()


def from_q8_0(data: bytes) -> np.ndarray:
    packed = np.frombuffer(data, dtype=[("scale", "<f2"), ("quants", "i1", BLOCK)])
    return (packed["scale"].astype(np.float32)[:, None] * packed["quants"]).reshape(-1)


def to_q4_0(values: np.ndarray) -> bytes:
    """Blocks of 32: one f16 scale and 32 values of 4 bits; the value of largest magnitude becomes -8."""
    blocks = values.reshape(-1, BLOCK).astype(np.float32)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scale = extreme / -8
    quants = np.clip(
        np.floor(np.divide(blocks, scale, out=np.zeros_like(blocks), where=scale != 0) + 8.5), 0, 15
    ).astype(np.uint8)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("quants", "u1", BLOCK // 2)])
    packed["scale"], packed["quants"] = scale[:, 0], quants[:, :16] | (quants[:, 16:] << 4)
    return packed.tobytes()


def from_q4_0(data: bytes) -> np.ndarray:
    packed = np.frombuffer(data, dtype=[("scale", "<f2"), ("quants", "u1", BLOCK // 2)])
    quants = np.concatenate([packed["quants"] & 15, packed["quants"] >> 4], 1).astype(np.float32) - 8
    return (packed["scale"].astype(np.float32)[:, None] * quants).reshape(-1)


Q4_K = np.dtype([("scale", "<f2"), ("offset", "<f2"), ("six_bits", "u1", 12), ("quants", "u1", SUPER_BLOCK // 2)])


def fit(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each block of 32 a scale and an offset ≥ 0, values ≈ scale * (0 … 15) - offset: the best of several tries.

    Each try rounds with another step, then solves for scale and offset by least squares, as llama.cpp does.
    """
    low, high = np.minimum(blocks.min(1), 0), blocks.max(1)
    best_scale, best_offset = (high - low) / 15, -low
    best_error = np.full(len(blocks), np.inf)
    for tries in np.arange(13.5, 16.6, 0.25):
        step = np.maximum(high - low, 1e-12) / tries
        q = np.clip(np.round((blocks - low[:, None]) / step[:, None]), 0, 15)
        mean_q, mean_x = q.mean(1), blocks.mean(1)
        spread = (q * q).mean(1) - mean_q**2
        scale = np.where(spread > 0, ((q * blocks).mean(1) - mean_q * mean_x) / np.maximum(spread, 1e-12), step)
        offset = np.maximum(mean_q * scale - mean_x, 0)
        scale = np.maximum(np.where(offset > 0, scale, (q * blocks).sum(1) / np.maximum((q * q).sum(1), 1e-12)), 0)
        error = ((scale[:, None] * q - offset[:, None] - blocks) ** 2).sum(1)
        better = error < best_error
        best_scale, best_offset = np.where(better, scale, best_scale), np.where(better, offset, best_offset)
        best_error = np.minimum(error, best_error)
    return best_scale, best_offset


def to_q4_k(values: np.ndarray) -> bytes:
    """Super-blocks of 8 blocks of 32: two f16 numbers, times 6-bit scales and offsets of each block, and 4-bit values."""
    blocks = values.reshape(-1, BLOCK).astype(np.float32)
    scale, offset = (part.reshape(-1, 8) for part in fit(blocks))
    packed = np.empty(len(scale), dtype=Q4_K)
    packed["scale"], packed["offset"] = scale.max(1) / 63, offset.max(1) / 63
    d, m = packed["scale"].astype(np.float32)[:, None], packed["offset"].astype(np.float32)[:, None]
    scales = np.clip(np.round(np.divide(scale, d, out=np.zeros_like(scale), where=d > 0)), 0, 63).astype(np.uint8)
    offsets = np.clip(np.round(np.divide(offset, m, out=np.zeros_like(offset), where=m > 0)), 0, 63).astype(np.uint8)
    # 12 bytes: six bits each of the first four scales and offsets, whose upper two bits hold those of the last four
    packed["six_bits"][:, 0:4] = scales[:, :4] | (scales[:, 4:] >> 4 << 6)
    packed["six_bits"][:, 4:8] = offsets[:, :4] | (offsets[:, 4:] >> 4 << 6)
    packed["six_bits"][:, 8:12] = (scales[:, 4:] & 15) | ((offsets[:, 4:] & 15) << 4)
    step, shift = (d * scales).reshape(-1, 1), (m * offsets).reshape(-1, 1)
    q = np.round(np.divide(blocks + shift, step, out=np.zeros_like(blocks), where=step > 0))
    q = np.clip(q, 0, 15).astype(np.uint8).reshape(-1, 4, 2, BLOCK)  # the low half of 32 bytes, then the high one
    packed["quants"] = (q[:, :, 0] | (q[:, :, 1] << 4)).reshape(-1, SUPER_BLOCK // 2)
    return packed.tobytes()


def from_q4_k(data: bytes) -> np.ndarray:
    packed = np.frombuffer(data, dtype=Q4_K)
    bits = packed["six_bits"]
    scales = np.concatenate([bits[:, 0:4] & 63, (bits[:, 8:12] & 15) | (bits[:, 0:4] >> 6 << 4)], 1)
    offsets = np.concatenate([bits[:, 4:8] & 63, (bits[:, 8:12] >> 4) | (bits[:, 4:8] >> 6 << 4)], 1)
    halves = packed["quants"].reshape(-1, 4, BLOCK)
    q = np.stack([halves & 15, halves >> 4], 2).reshape(-1, 8, BLOCK).astype(np.float32)
    step = packed["scale"].astype(np.float32)[:, None] * scales
    shift = packed["offset"].astype(np.float32)[:, None] * offsets
    return (step[..., None] * q - shift[..., None]).reshape(-1)


ENCODERS = {
    "F32": lambda v: v.astype("<f4").tobytes(),
    "F16": lambda v: v.astype("<f2").tobytes(),
    "Q8_0": to_q8_0,
    "Q4_0": to_q4_0,
    "Q4_K": to_q4_k,
}
DECODERS = {
    "F32": lambda d: np.frombuffer(d, "<f4").copy(),
    "F16": lambda d: np.frombuffer(d, "<f2").astype(np.float32),
    "Q8_0": from_q8_0,
    "Q4_0": from_q4_0,
    "Q4_K": from_q4_k,
}
BYTES_PER_32 = {"F32": 128, "F16": 64, "Q8_0": 34, "Q4_0": 18, "Q4_K": 18}


def string(text: str) -> bytes:
    raw = text.encode("utf8")
    return struct.pack("<Q", len(raw)) + raw


def value(item: object) -> bytes:
    """The type follows from Python's: bool, int (unsigned 32), float, str, or a list of one of them."""
    if isinstance(item, bool):
        return struct.pack("<I?", BOOL, item)
    if isinstance(item, int):
        return struct.pack("<II", U32, item)
    if isinstance(item, float):
        return struct.pack("<If", F32, item)
    if isinstance(item, str):
        return struct.pack("<I", STRING) + string(item)
    if isinstance(item, list) and isinstance(item[0], str):
        return struct.pack("<IIQ", ARRAY, STRING, len(item)) + b"".join(map(string, item))
    if isinstance(item, list) and isinstance(item[0], int):
        return struct.pack("<IIQ", ARRAY, I32, len(item)) + struct.pack(f"<{len(item)}i", *item)
    raise TypeError(f"No GGUF type for {type(item)}")


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)


def write(path: Path, metadata: dict[str, object], tensors: dict[str, tuple[str, np.ndarray]]) -> int:
    """tensors: name → (type, values); a numpy shape is GGUF's sizes turned round."""
    header = MAGIC + struct.pack("<IQQ", VERSION, len(tensors), len(metadata))
    header += b"".join(string(key) + value(item) for key, item in metadata.items())
    body = []
    offset = 0
    for name, (kind, values) in tensors.items():
        data = padded(ENCODERS[kind](values))
        header += string(name) + struct.pack("<I", values.ndim) + struct.pack(f"<{values.ndim}Q", *values.shape[::-1])
        header += struct.pack("<IQ", TYPE_IDS[kind], offset)
        body.append(data)
        offset += len(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(padded(header) + b"".join(body))
    return path.stat().st_size


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def scalar(self, form: str):
        item = struct.unpack_from(form, self.data, self.at)[0]
        self.at += struct.calcsize(form)
        return item

    def string(self) -> str:
        length = self.scalar("<Q")
        self.at += length
        return self.data[self.at - length : self.at].decode("utf8")

    def value(self, kind: int):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            inner, length = self.scalar("<I"), self.scalar("<Q")
            return [self.value(inner) for _ in range(length)]
        return self.scalar(SCALARS[kind])


def read(path: Path) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """Metadata, and every tensor as float32."""
    reader = Reader(Path(path).read_bytes())
    if reader.data[:4] != MAGIC:
        raise ValueError(f"{path} is no GGUF file")
    reader.at = 8
    tensor_count, metadata_count = reader.scalar("<Q"), reader.scalar("<Q")
    metadata = {}
    for _ in range(metadata_count):
        key = reader.string()
        metadata[key] = reader.value(reader.scalar("<I"))
    described = []
    for _ in range(tensor_count):
        name = reader.string()
        sizes = [reader.scalar("<Q") for _ in range(reader.scalar("<I"))]
        described.append((name, sizes[::-1], reader.scalar("<I"), reader.scalar("<Q")))
    base = reader.at + -reader.at % ALIGNMENT
    kinds = {number: name for name, number in TYPE_IDS.items()}
    tensors = {}
    for name, shape, kind, offset in described:
        length = int(np.prod(shape)) * BYTES_PER_32[kinds[kind]] // 32
        tensors[name] = DECODERS[kinds[kind]](reader.data[base + offset : base + offset + length]).reshape(shape)
    return metadata, tensors
