"""torch's one_hot, on the transposed ids. Run by script/oracles, in an environment of its own."""

import json
import sys

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

CASES = {"a small batch": (3, 4, 5), "one step": (4, 1, 3), "one text": (1, 6, 2), "one token": (2, 3, 1)}


def main() -> None:
    recorded = {}
    for seed, (name, (batch, steps, vocabulary)) in enumerate(CASES.items()):
        ids = np.random.default_rng(seed).integers(0, vocabulary, (batch, steps))
        rows = torch.nn.functional.one_hot(torch.tensor(ids).T, vocabulary)
        recorded[name] = {"X": ids.tolist(), "V": vocabulary, "rows": rows.tolist()}
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
