"""Writes hash64.json: FNV-1a 64 and splitmix64 hashes by Python's own big integers.

Run: python hash64.py. Both parts are first checked against their authors' published values.
"""

import json
import math
import pathlib
import platform
import struct

MASK = 2**64 - 1


def fnv1a(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def finalise(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


# draft-eastlake-fnv, test vectors for FNV-1a 64.
assert fnv1a(b"") == 0xCBF29CE484222325
assert fnv1a(b"a") == 0xAF63DC4C8601EC8C
assert fnv1a(b"foobar") == 0x85944171F73967E8
# splitmix64.c seeded with 1234567: its first two outputs, as in the Rosetta Code task.
assert finalise((1234567 + 0x9E3779B97F4A7C15) & MASK) == 6457827717110365317
assert finalise((1234567 + 2 * 0x9E3779B97F4A7C15) & MASK) == 3203168211198807973

texts = ["", "a", "foobar", "true", "New Mexico", "é", "日本語", "🎉 naïve", "x" * 300]
numbers = [0.0, 1.0, -1.0, 0.1, 1e300, 5e-324, -1.7976931348623157e308, math.pi, 2.0**53]
golden = {
    "versions": {"python": platform.python_version()},
    "texts": [{"text": t, "hash": f"{finalise(fnv1a(t.encode())):016x}"} for t in texts],
    "numbers": [
        {"number": n, "hash": f"{finalise(struct.unpack('>Q', struct.pack('>d', n))[0]):016x}"}
        for n in numbers
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, allow_nan=False, ensure_ascii=False, indent=1) + "\n")
