#!/usr/bin/env python3
"""Write the small files of the weight reader's tests, as numpy and safetensors write them.

    pip install numpy==2.4.6 safetensors==0.8.0
    python make_weights.py
"""
import json
import struct

import numpy as np
from safetensors.numpy import save_file

WEIGHTS = {
    "fc1.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 8 - 0.25,
    "fc1.bias": np.array([0.5, -0.25, 0.125], np.float32),
    "bn1.gamma": np.array([1.0, 0.5, 2.0], np.float32),
    "bn1.beta": np.array([0.0, 0.25, -0.5], np.float32),
    "bn1.running_mean": np.array([0.125, 0.0, -0.125], np.float32),
    "bn1.running_var": np.array([1.0, 0.25, 4.0], np.float32),
    "fc2.weight": np.arange(6, dtype=np.float32).reshape(3, 2) / -16,
    "fc2.bias": np.array([0.75, -0.75], np.float32),
}


def weights(convert):
    return {name: convert(array) for name, array in WEIGHTS.items()}


np.savez("f4.npz", **WEIGHTS)
np.savez_compressed("compressed.npz", **WEIGHTS)
np.savez("f8_fortran.npz", **weights(lambda array: np.asfortranarray(array, np.float64)))
np.savez("big_endian.npz", **weights(lambda array: array.astype(">f4")))
np.savez("f2.npz", **weights(lambda array: array.astype(np.float16)))
np.savez("positional.npz", *WEIGHTS.values())
np.savez("integers.npz", **(WEIGHTS | {"fc1.bias": np.array([0, 1, 2])}))
np.savez("objects.npz", **(WEIGHTS | {"fc1.bias": np.array([0, "1", None], object)}))
np.savez("beyond_f32.npz", **weights(lambda array: array.astype(np.float64)) | {"fc2.bias": np.array([1e300, 0.5])})
save_file(WEIGHTS, "f4.safetensors", {"format": "pt"})
save_file(weights(lambda array: array.astype(np.float64)), "f8.safetensors")
save_file(weights(lambda array: array.astype(np.float16)), "f2.safetensors")
save_file(WEIGHTS | {"fc1.bias": np.array([0, 1, 2])}, "integers.safetensors")

# numpy has no bfloat16: the upper halves of floats, which these numbers fill.
header, data = {}, b""
for name, array in WEIGHTS.items():
    start = len(data)
    data += (array.view(np.uint32) >> 16).astype("<u2").tobytes()
    header[name] = {"dtype": "BF16", "shape": array.shape, "data_offsets": [start, len(data)]}
text = json.dumps(header).encode()
with open("bf16.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
