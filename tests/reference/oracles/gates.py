"""What torch's cells and its autograd make of single steps, and of a gradient's way through time.

Run by script/oracles, in an environment of its own. Prints JSON.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

SIZES = {"typical": (3, 2, 4, 0.5), "sizes of one": (1, 1, 1, 0.5), "saturated": (2, 3, 3, 6.0)}
THROUGH_TIME = {"fading": 0.4, "steady": 1.0, "growing": 1.9, "turned round": -1.3}


def step(seed: int, sizes: tuple[int, int, int, float], gates: int) -> dict[str, Any]:
    """One step of torch's LSTMCell (4 blocks) or GRUCell (3), forward and backward."""
    batch, given, hidden, scale = sizes
    rng = np.random.default_rng(seed)
    kind = torch.nn.LSTMCell if gates == 4 else torch.nn.GRUCell
    cell = kind(given, hidden, dtype=torch.float64)
    inputs = {
        "x": rng.standard_normal((batch, given)),
        "h": rng.uniform(-1, 1, (batch, hidden)),
        "c": 1.5 * rng.standard_normal((batch, hidden)),
        "W": scale * rng.standard_normal((given, gates * hidden)),
        "U": scale * rng.standard_normal((hidden, gates * hidden)),
        "b_x": scale * rng.standard_normal(gates * hidden),
        "b_h": scale * rng.standard_normal(gates * hidden),
        "dh_next": rng.standard_normal((batch, hidden)),
        "dc_next": rng.standard_normal((batch, hidden)),
    }
    with torch.no_grad():
        cell.weight_ih.copy_(torch.tensor(inputs["W"].T))
        cell.weight_hh.copy_(torch.tensor(inputs["U"].T))
        cell.bias_ih.copy_(torch.tensor(inputs["b_x"]))
        cell.bias_hh.copy_(torch.tensor(inputs["b_h"]))
    x, h, c, dh_next, dc_next = (
        torch.tensor(inputs[name], requires_grad=True) for name in ("x", "h", "c", "dh_next", "dc_next")
    )
    if gates == 4:
        h_next, c_next = cell(x, (h, c))
        ((h_next * dh_next).sum() + (c_next * dc_next).sum()).backward()
        outputs = {"h_next": h_next, "c_next": c_next, "dx": x.grad, "dh": h.grad, "dc": c.grad}
    else:
        h_next = cell(x, h)
        (h_next * dh_next).sum().backward()
        outputs = {"h_next": h_next, "dx": x.grad, "dh": h.grad}
    outputs |= {
        "dW": cell.weight_ih.grad.T,
        "dU": cell.weight_hh.grad.T,
        "db_x": cell.bias_ih.grad,
        "db_h": cell.bias_hh.grad,
    }
    return {
        "inputs": {name: value.tolist() for name, value in inputs.items()},
        "outputs": {name: value.tolist() for name, value in outputs.items()},
    }


def through_time(seed: int, scale: float) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    steps, hidden = 9, 4
    a = 0.4 * rng.standard_normal((steps, hidden))
    w_h, _ = np.linalg.qr(rng.standard_normal((hidden, hidden)))  # a rotation: it changes no length itself
    dh_last = rng.standard_normal(hidden)
    h, states = torch.zeros(hidden, dtype=torch.float64), []
    recurrent = torch.tensor(w_h)
    for a_t in torch.tensor(a, requires_grad=True):
        h = torch.tanh(a_t + scale * h @ recurrent)
        h.retain_grad()
        states.append(h)
    h.backward(torch.tensor(dh_last))
    return {
        "a": a.tolist(),
        "w_h": w_h.tolist(),
        "scale": scale,
        "dh_last": dh_last.tolist(),
        "norms": [state.grad.norm().item() for state in states],
    }


def main() -> None:
    recorded = {
        "lstm": {name: step(seed, sizes, 4) for seed, (name, sizes) in enumerate(SIZES.items())},
        "gru": {name: step(seed, sizes, 3) for seed, (name, sizes) in enumerate(SIZES.items())},
        "norms": {name: through_time(seed, scale) for seed, (name, scale) in enumerate(THROUGH_TIME.items())},
    }
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
