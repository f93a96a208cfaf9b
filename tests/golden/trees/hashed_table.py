"""A table that Python and TypeScript (hashed-table.ts) both make from whole numbers, so that no golden file carries it."""
import numpy as np


def hashed(index, step):
    z = (index.astype(np.uint64) + np.uint64(step) * np.uint64(0x9E3779B9)).astype(np.uint32)
    z = (z ^ (z >> np.uint32(16))) * np.uint32(0x21F0AAAD)
    z = (z ^ (z >> np.uint32(15))) * np.uint32(0x735A2D97)
    return z ^ (z >> np.uint32(15))


def table(rows, columns):
    """Columns 0 and 2 hold 12 and 3 categories, the others quarters from -12.5 to 12.5; 1, 4 and 5 have gaps."""
    index = np.arange(rows * columns, dtype=np.uint32)
    x = (hashed(index, 1) % 101 / 4 - 12.5).reshape(rows, columns)
    draw = (hashed(index, 2) % 1000).reshape(rows, columns)
    x[:, 0] = hashed(index, 3).reshape(rows, columns)[:, 0] % 12
    x[:, 2] = hashed(index, 3).reshape(rows, columns)[:, 2] % 3
    noise = (hashed(index, 4) % 64).reshape(rows, columns)[:, :4].sum(axis=1) / 8 - 16
    signal = x[:, 1] + (x[:, 0] * 5 % 12) - 5 + np.where(x[:, 2] == 1, x[:, 3], -x[:, 3] / 2) + noise
    for column, share in ((1, 100), (4, 300), (5, 50)):
        gone = draw[:, column] < share
        x[gone, column] = np.nan
        if column == 4:
            signal = signal + 4 * gone
    return x, (signal > 0).astype(float)
