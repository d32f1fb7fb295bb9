"""What torch's autograd makes of one training step. Run by script/oracles, in an environment of its own.

Prints JSON: for each case its inputs, the loss, the gradients and the parameters after the step.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

CASES: dict[str, dict[str, Any]] = {
    "typical": {"T": 8, "V": 10, "E": 4, "H": 6},
    "two tokens": {"T": 2, "V": 5, "E": 3, "H": 4, "h0": 3.0},
    "sizes of one": {"T": 6, "V": 3, "E": 1, "H": 1},
    "one token again and again": {"T": 9, "V": 7, "E": 3, "H": 5, "repeat": True},
    "large logits": {"T": 7, "V": 6, "E": 3, "H": 4, "offset": 900.0},
    "long": {"T": 120, "V": 5, "E": 2, "H": 3, "lr": -0.7},
}


def inputs_of(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    steps, vocabulary, embedding, hidden = case["T"], case["V"], case["E"], case["H"]
    tokens = rng.integers(0, vocabulary, steps)
    if case.get("repeat"):
        tokens[:] = tokens[0]
    return {
        "tokens": tokens.astype(float),
        "w_emb": 0.5 * rng.standard_normal((vocabulary, embedding)),
        "w_h": 0.5 * rng.standard_normal((embedding + hidden, hidden)),
        "w_out": 0.5 * rng.standard_normal((hidden, vocabulary)) + case.get("offset", 0.0),
        "h0": case.get("h0", 0.5) * rng.uniform(-1, 1, hidden),
        "lr": case.get("lr", 0.5),
    }


def step(inputs: dict[str, Any]) -> dict[str, Any]:
    ids = torch.tensor(inputs["tokens"]).long()
    w_emb, w_h, w_out = (torch.tensor(inputs[name], requires_grad=True) for name in ("w_emb", "w_h", "w_out"))
    h = torch.tensor(inputs["h0"])
    logits = []
    for token in ids[:-1]:
        h = torch.tanh(torch.cat([w_emb[token], h]) @ w_h)
        logits.append(h @ w_out)
    loss = torch.nn.functional.cross_entropy(torch.stack(logits), ids[1:])
    loss.backward()
    named = {"w_emb": w_emb, "w_h": w_h, "w_out": w_out}
    return {
        "loss": loss.item(),
        "gradients": {name: value.grad.tolist() for name, value in named.items()},
        "after": {name: (value - inputs["lr"] * value.grad).tolist() for name, value in named.items()},
    }


def main() -> None:
    recorded = {}
    for seed, (name, case) in enumerate(CASES.items()):
        inputs = inputs_of(seed, case)
        plain = {key: np.asarray(value).tolist() for key, value in inputs.items()}
        recorded[name] = {"inputs": plain, **step(inputs)}
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
