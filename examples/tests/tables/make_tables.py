#!/usr/bin/env python3
"""Write the small binary tables of the reader tests, as pyarrow and numpy write them.

    pip install numpy==2.4.6 pyarrow==26.0.1
    python make_tables.py
"""
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

A = np.array([1.5, -2.0, 3.25], np.float32)
B = np.array([10.0, 20.0, 30.0], np.float64)
NAMES = ["q", "g", "t"]
GOOD = {"extra": [7, 8, 9], "class": NAMES, "b": B, "a": A}


def parquet(name, columns=GOOD, **options):
    pq.write_table(pa.table(columns), f"{name}.parquet", **{"compression": "none", "store_schema": False, **options})


parquet("plain")
for codec in ["snappy", "gzip", "lz4", "zstd", "brotli"]:
    parquet(codec, compression=codec)
parquet("pages_v2", data_page_version="2.0", compression="snappy")
parquet("byte_stream_split", use_dictionary=False, column_encoding={"a": "BYTE_STREAM_SPLIT", "b": "BYTE_STREAM_SPLIT"})
parquet("row_groups", row_group_size=2)
parquet("indices", {"a": A, "b": np.array([10, 20, 30], np.int32), "class": np.array([1, 0, 2], np.int64)})
parquet("index_out_of_range", {"a": A, "b": B, "class": np.array([1, 0, 3], np.int64)})
parquet("null", {"a": pa.array([1.5, None, 3.25], pa.float32()), "b": B, "class": NAMES})
parquet("null_label", {"a": A, "b": B, "class": pa.array(["q", "g", None])})
parquet("nan", {"a": A, "b": np.array([10.0, np.nan, 30.0]), "class": NAMES})
parquet("unknown_label", {"a": A, "b": B, "class": ["q", "x", "t"]})
parquet("text_feature", {"a": ["1.5", "-2", "3.25"], "b": B, "class": NAMES})
parquet("list_feature", {"a": pa.array([[1.0], [2.0], [3.0]]), "b": B, "class": NAMES})
parquet("date_feature", {"a": pa.array([1, 2, 3], pa.date32()), "b": B, "class": NAMES})
parquet("decimal_feature", {"a": pa.array([decimal.Decimal("1.5")] * 3, pa.decimal128(9, 2)), "b": B, "class": NAMES})
parquet("boolean_label", {"a": A, "b": B, "class": [True, False, True]})
parquet("missing_columns", {"a": A, "c": B})
parquet("no_rows", {"a": A[:0], "b": B[:0], "class": pa.array([], pa.string())})

RECORD = [("class", "U1"), ("b", "f8"), ("extra", "i2"), ("a", "f4")]
ROWS = [("q", 10, 7, 1.5), ("g", 20, 8, -2), ("t", 30, 9, 3.25)]
np.save("structured.npy", np.array(ROWS, RECORD))
np.save("structured_bytes_big_endian.npy", np.array(ROWS, [("class", "S3"), ("b", ">f8"), ("extra", ">i2"), ("a", ">f4")]))
GRID = np.stack([A, B.astype(np.float32), np.array([1, 0, 2], np.float32)], axis=1)
np.save("grid.npy", GRID)
np.save("grid_f8_fortran.npy", np.asfortranarray(GRID, np.float64))
np.save("grid_text.npy", np.array([["1.5", "10", "q"], ["-2", "20", "g"], ["3.25", "30", "t"]]))
np.save("X_one_hot.npy", GRID[:, :2])
np.save("y_one_hot.npy", np.eye(3)[[1, 0, 2]])
np.save("X_names.npy", GRID[:, :2])
np.save("y_names.npy", np.array(NAMES))
np.save("X_indices.npy", GRID[:, :2])
np.save("y_indices.npy", np.array([[1], [0], [2]], np.uint8))
np.save("X_too_short.npy", GRID[:, :2])
np.save("y_too_short.npy", np.array([1, 0]))
np.save("X_two_hot.npy", GRID[:, :2])
np.save("y_two_hot.npy", np.array([[0, 1, 0], [1, 0, 1], [0, 0, 1]]))
np.save("X_alone.npy", GRID[:, :2])
np.save("objects.npy", np.array([[1.5, 10.0, "q"]], object), allow_pickle=True)
np.save("three_dimensions.npy", np.zeros((2, 2, 2), np.float32))
np.save("no_rows.npy", GRID[:0])
np.save("nan.npy", np.array([[1.5, 10, 1], [np.inf, 20, 0]]))
np.save("index_not_whole.npy", np.array([[1.5, 10, 0.5]]))
