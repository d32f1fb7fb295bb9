"""What torch makes of a recurrent layer, forward and by autograd.

Run by script/oracles, in an environment of its own. torch's weights are (n, I) and multiply from the left,
and it has two biases, of which one is zero here.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

CASES: dict[str, dict[str, Any]] = {
    "typical": {"T": 4, "B": 3, "I": 3, "n": 4, "V": 5},
    "from zeros": {"T": 3, "B": 2, "I": 4, "n": 3, "V": 2, "state": None},
    "one step": {"T": 1, "B": 3, "I": 2, "n": 3, "V": 4},
    "one sequence": {"T": 6, "B": 1, "I": 3, "n": 2, "V": 3},
    "sizes of one": {"T": 3, "B": 1, "I": 1, "n": 1, "V": 1},
    "saturated": {"T": 3, "B": 2, "I": 2, "n": 3, "V": 3, "scale": 5.0},
}


def inputs_of(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    steps, batch, width, hidden, outputs = (case[size] for size in ("T", "B", "I", "n", "V"))
    scale = case.get("scale", 0.5)
    return {
        "X": rng.standard_normal((steps, batch, width)),
        "W_xh": scale * rng.standard_normal((width, hidden)),
        "W_hh": scale * rng.standard_normal((hidden, hidden)),
        "b_h": scale * rng.standard_normal(hidden),
        "W_hq": scale * rng.standard_normal((hidden, outputs)),
        "b_q": scale * rng.standard_normal(outputs),
        "state": None if "state" in case else rng.uniform(-1, 1, (batch, hidden)),
        "dlogits": rng.standard_normal((batch, steps, outputs)),
    }


def answers(inputs: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {
        name: None if value is None else torch.tensor(value) for name, value in inputs.items()
    }
    learned = {name: given[name].requires_grad_() for name in ("X", "W_xh", "W_hh", "b_h", "W_hq", "b_q")}
    layer = torch.nn.RNN(*inputs["W_xh"].shape, dtype=torch.float64)
    weights = {
        "weight_ih_l0": learned["W_xh"].T,
        "weight_hh_l0": learned["W_hh"].T,
        "bias_ih_l0": learned["b_h"],
        "bias_hh_l0": torch.zeros_like(learned["b_h"]),
    }
    state = None if given["state"] is None else given["state"][None]
    arguments = (learned["X"],) if state is None else (learned["X"], state)
    H, last = torch.func.functional_call(layer, weights, arguments)
    H.retain_grad()
    logits = torch.nn.functional.linear(H.transpose(0, 1), learned["W_hq"].T, learned["b_q"])
    logits.backward(given["dlogits"])
    gradients = {f"d{name}": value.grad.tolist() for name, value in learned.items()}
    # The gradient that H.grad holds has come from later steps as well; this is what comes from above alone.
    above = torch.autograd.grad(
        torch.nn.functional.linear(kept := H.detach().requires_grad_(), learned["W_hq"].T.detach()),
        kept,
        given["dlogits"].transpose(0, 1),
    )[0]
    return {
        "H": H.tolist(),
        "last": last[0].tolist(),
        "logits": logits.tolist(),
        "dH": above.tolist(),
        "gradients": gradients,
    }


def main() -> None:
    recorded = {}
    for seed, (name, case) in enumerate(CASES.items()):
        inputs = inputs_of(seed, case)
        plain = {key: None if value is None else value.tolist() for key, value in inputs.items()}
        recorded[name] = {"inputs": plain, **answers(inputs)}
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
