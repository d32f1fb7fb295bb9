"""torch's unfold, which cuts a tensor into overlapping windows.

Run by script/oracles, in an environment of its own.

d2l.ai's rule: windows of one id more than num_steps, each an id further on; all but the last id of each are
inputs, all but the first are targets.
"""

import json
import sys

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

CASES = {
    "some left over": (20, 4, 6, 3),
    "every window used": (10, 3, 5, 2),
    "steps of one": (6, 1, 3, 2),
    "a single window": (6, 5, 1, 0),
    "no training": (9, 4, 0, 4),
}


def main() -> None:
    recorded = {}
    for seed, (name, (length, steps, n_train, n_val)) in enumerate(CASES.items()):
        corpus = np.random.default_rng(seed).integers(0, 28, length)
        cut = torch.tensor(corpus).unfold(0, steps + 1, 1)
        train, val = cut[:n_train], cut[n_train : n_train + n_val]
        recorded[name] = {
            "corpus": corpus.tolist(),
            "num_steps": steps,
            "n_train": n_train,
            "n_val": n_val,
            "windows": [part.tolist() for part in (train[:, :-1], train[:, 1:], val[:, :-1], val[:, 1:])],
        }
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
