"""torch's cross_entropy and its gradient. Run by script/oracles, in an environment of its own.

Where every target is ignored torch's mean is NaN, so that case is not asked of it.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

BATCHES: dict[str, dict[str, Any]] = {
    "typical": {"B": 3, "T": 4, "V": 5},
    "one sequence": {"B": 1, "T": 5, "V": 3},
    "one token": {"B": 2, "T": 2, "V": 1},
    "large logits": {"B": 2, "T": 3, "V": 4, "offset": 900.0},
    "far apart": {"B": 2, "T": 2, "V": 3, "scale": 30.0},
}
MASKED: dict[str, dict[str, Any]] = {
    "none ignored": {"ignore_index": -100, "ignored": 0.0},
    "some ignored": {"ignore_index": -100, "ignored": 0.5},
    "padding is token 0": {"ignore_index": 0, "ignored": 0.4},
    "one kept": {"ignore_index": -1, "ignored": 1.0},
}


def of_batch(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    batch, steps, vocabulary = case["B"], case["T"], case["V"]
    logits = case.get("scale", 1.0) * rng.standard_normal((batch, steps, vocabulary)) + case.get(
        "offset", 0.0
    )
    Y = rng.integers(0, vocabulary, (batch, steps))
    Z = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(Z.transpose(1, 2), torch.tensor(Y))
    loss.backward()
    answers = {"loss": loss.item(), "perplexity": torch.exp(loss).item(), "dlogits": Z.grad.tolist()}
    return {"logits": logits.tolist(), "Y": Y.tolist(), **answers}


def of_masked(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(100 + seed)
    logits, y = rng.standard_normal((7, 4)), rng.integers(0, 4, 7)
    y[rng.random(7) < case["ignored"]] = case["ignore_index"]
    y[3] = 2
    Z = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(Z, torch.tensor(y), ignore_index=case["ignore_index"])
    loss.backward()
    answers = {"loss": loss.item(), "dlogits": Z.grad.tolist()}
    return {"logits": logits.tolist(), "y": y.tolist(), "ignore_index": case["ignore_index"], **answers}


def main() -> None:
    recorded = {
        "batches": {name: of_batch(seed, case) for seed, (name, case) in enumerate(BATCHES.items())},
        "masked": {name: of_masked(seed, case) for seed, (name, case) in enumerate(MASKED.items())},
    }
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
