"""Token ids as rows of zeros with a single one."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def one_hot(X: Array, V: int) -> Array:
    """Ids (B, T), batch first, as one-hot rows (T, B, V), time first.

    Ids may come as floats that hold whole numbers. Raises ValueError for an id below 0 or above V-1.
    """
    ids = X.astype(np.int64).T  # (T, B)
    if ((ids < 0) | (ids >= V)).any():
        raise ValueError(f"ids go from 0 to {V - 1}")
    rows = np.zeros((*ids.shape, V))  # (T, B, V)
    np.put_along_axis(rows, ids[..., None], 1.0, axis=-1)
    return rows
