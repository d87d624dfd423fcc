#!/usr/bin/env python3
"""Write jets.parquet from the chunks of generate_jets.py, or from a Parquet table with the same columns.

    python finalize.py out                      all chunks in out/chunks, shuffled by event
    python finalize.py --table full.parquet     an existing table, in its own row order

Both round the features to 11 explicit mantissa bits (about 3.6 decimal digits).
"""
import argparse
import glob
import re

import numpy as np
import pyarrow
import pyarrow.parquet

CLASSES = ["g", "q", "t", "w", "z"]
FEATURES = [
    "zlogz", "c1_b0_mmdt", "c1_b1_mmdt", "c1_b2_mmdt", "c2_b1_mmdt", "c2_b2_mmdt", "d2_b1_mmdt", "d2_b2_mmdt",
    "d2_a1_b1_mmdt", "d2_a1_b2_mmdt", "m2_b1_mmdt", "m2_b2_mmdt", "n2_b1_mmdt", "n2_b2_mmdt", "mass_mmdt",
    "multiplicity",
]
SHUFFLE_SEED = 20260


def merge_chunks(folder):
    """Equally many jets of each class, shuffled by event: both jets of an event stay neighbours, so that a
    first and a last part of the rows share at most one event."""
    chunks = {}
    for name in CLASSES:
        files = sorted(f for f in glob.glob(f"{folder}/chunks/{name}_*.npz") if re.search(r"_\d+_\d+\.npz$", f))
        chunks[name] = [np.load(f) for f in files]
    complete = min(len(c) for c in chunks.values())
    count = min(sum(len(c["features"]) for c in chunks[name][:complete]) for name in CLASSES)
    features, labels, events = [], [], []
    for index, name in enumerate(CLASSES):
        parts = chunks[name][:complete]
        features.append(np.concatenate([c["features"] for c in parts])[:count])
        number = np.concatenate([c["event"] + i * 100000 for i, c in enumerate(parts)])[:count]
        events.append(number * 5 + index)
        labels.append(np.full(count, index))
    features, labels, events = np.concatenate(features), np.concatenate(labels), np.concatenate(events)
    rng = np.random.default_rng(SHUFFLE_SEED)
    distinct, event_of = np.unique(events, return_inverse=True)
    order = np.argsort(rng.permutation(len(distinct))[event_of], kind="stable")
    return features[order], np.array(CLASSES)[labels[order]]


def read_table(path):
    table = pyarrow.parquet.read_table(path)
    features = np.stack([table[name].to_numpy() for name in FEATURES], axis=1)
    return features.astype(np.float32), np.array(table["class"].to_pylist())


def round_mantissa(features):
    """Round to 11 explicit mantissa bits, half away from zero: the other 12 bits become zero and compress to nothing."""
    bits = np.ascontiguousarray(features).view(np.uint32)
    return ((bits + np.uint32(0x800)) & np.uint32(0xFFFFF000)).view(np.float32)


def write(path, features, labels):
    assert np.isfinite(features).all()
    columns = {name: features[:, i] for i, name in enumerate(FEATURES)}
    schema = pyarrow.schema([pyarrow.field(name, pyarrow.float32(), nullable=False) for name in FEATURES]
                            + [pyarrow.field("class", pyarrow.string(), nullable=False)])
    # gzip, because it is the smallest codec that pure Rust reads.
    dictionary = ["class", "multiplicity"]
    pyarrow.parquet.write_table(
        pyarrow.table({**columns, "class": labels}, schema=schema), path, compression="gzip", compression_level=9,
        use_dictionary=dictionary, write_statistics=False, store_schema=False,
        column_encoding={name: "BYTE_STREAM_SPLIT" for name in FEATURES if name not in dictionary})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("folder", nargs="?", help="the --out folder of generate_jets.py")
    source.add_argument("--table", help="a Parquet file with the 16 features and the class")
    parser.add_argument("--out", default="jets.parquet")
    arguments = parser.parse_args()
    features, labels = merge_chunks(arguments.folder) if arguments.folder else read_table(arguments.table)
    write(arguments.out, round_mantissa(features), labels)
    print(f"{arguments.out}: {len(labels)} jets")


if __name__ == "__main__":
    main()
