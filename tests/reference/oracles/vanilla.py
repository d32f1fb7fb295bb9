"""What torch's autograd, and NumPy's own choice, make of a character RNN. Run by script/oracles.

Prints JSON. torch knows rows where we have columns, so columns are turned on the way in and out.
"""

import json
import math
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

NAMES = ("Wxh", "Whh", "Why", "bh", "by")
WINDOWS: dict[str, dict[str, Any]] = {
    "typical": {"T": 7, "V": 6, "N": 4},
    "one step": {"T": 1, "V": 5, "N": 3, "h": 3.0},
    "sizes of one": {"T": 5, "V": 3, "N": 1},
    "one character": {"T": 6, "V": 4, "N": 3, "repeat": True},
    "large numbers": {"T": 6, "V": 5, "N": 3, "offset": 900.0},
    "clipped": {"T": 40, "V": 4, "N": 3, "repeat": True},
}


def params_of(rng: np.random.Generator, hidden: int, characters: int, scale: float = 0.5) -> dict[str, Any]:
    return {
        "Wxh": scale * rng.standard_normal((hidden, characters)),
        "Whh": scale * rng.standard_normal((hidden, hidden)),
        "Why": scale * rng.standard_normal((characters, hidden)),
        "bh": scale * rng.standard_normal((hidden, 1)),
        "by": scale * rng.standard_normal((characters, 1)),
    }


def cell_of(params: dict[str, Any]) -> tuple[Any, Any]:
    """torch's own recurrent and linear layers with these parameters in them."""
    characters, hidden = params["Why"].shape
    rnn = torch.nn.RNN(characters, hidden, dtype=torch.float64)
    out = torch.nn.Linear(hidden, characters, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(params["Wxh"]))
        rnn.weight_hh_l0.copy_(torch.tensor(params["Whh"]))
        rnn.bias_ih_l0.copy_(torch.tensor(params["bh"][:, 0]))
        rnn.bias_hh_l0.zero_()
        out.weight.copy_(torch.tensor(params["Why"]))
        out.bias.copy_(torch.tensor(params["by"][:, 0]))
    return rnn, out


def run(rnn: Any, out: Any, inputs: Any, targets: Any, h: Any) -> tuple[Any, Any, Any]:
    """The summed loss, the states and the logits; gradients are left in the layers."""
    one_hot = torch.nn.functional.one_hot(torch.tensor(inputs), rnn.input_size).double()
    states, _ = rnn(one_hot, h)
    logits = out(states)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="sum")
    return loss, states, logits


def window(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    inputs, targets = rng.integers(0, case["V"], (2, case["T"]))
    if case.get("repeat"):
        inputs[:] = inputs[0]
        targets[:] = targets[0]
    params = params_of(rng, case["N"], case["V"])
    params["Why"] = params["Why"] + case.get("offset", 0.0)
    h = case.get("h", 0.5) * rng.uniform(-1, 1, (case["N"], 1))
    rnn, out = cell_of(params)
    loss, states, logits = run(rnn, out, inputs, targets, torch.tensor(h.T))
    loss.backward()
    grads = {
        "Wxh": rnn.weight_ih_l0.grad,
        "Whh": rnn.weight_hh_l0.grad,
        "Why": out.weight.grad,
        "bh": rnn.bias_ih_l0.grad[:, None],
        "by": out.bias.grad[:, None],
    }
    return {
        "inputs": inputs.tolist(),
        "targets": targets.tolist(),
        "h_prev": h.tolist(),
        "params": {name: value.tolist() for name, value in params.items()},
        "loss": loss.item(),
        "hs": states.tolist(),  # rows
        "ps": logits.softmax(dim=-1).tolist(),
        "grads": {name: grad.tolist() for name, grad in grads.items()},
        "clipped": {name: grad.clamp(-5, 5).tolist() for name, grad in grads.items()},
    }


def sampled(seed: int, hidden: int, characters: int, count: int) -> dict[str, Any]:
    """Ids that NumPy's Generator.choice draws from torch's probabilities, and the numbers it drew them by."""
    rng = np.random.default_rng(seed)
    params = params_of(rng, hidden, characters, scale=1.5)
    h = rng.uniform(-1, 1, (hidden, 1))
    rnn, out = cell_of(params)
    chooser, numbers = np.random.default_rng(seed), np.random.default_rng(seed)  # twins
    state, i, ids = torch.tensor(h.T), 0, []
    with torch.no_grad():
        for _ in range(count):
            one_hot = torch.nn.functional.one_hot(torch.tensor([i]), characters).double()
            states, state = rnn(one_hot, state)
            probabilities = out(states)[-1].softmax(dim=0).numpy()
            i = int(chooser.choice(characters, p=probabilities))
            ids.append(i)
    return {
        "params": {name: value.tolist() for name, value in params.items()},
        "h": h.tolist(),
        "seed_id": 0,
        "u": numbers.random(count).tolist(),
        "ids": ids,
    }


def fitted(seed: int, length: int, seq: int, steps: int, lr: float) -> dict[str, Any]:
    """A short training. torch's Adagrad adds its small number outside the root, so it is written out here."""
    rng = np.random.default_rng(seed)
    hidden, characters = 4, 5
    ids = rng.integers(0, characters, length)
    params = params_of(rng, hidden, characters)
    rnn, out = cell_of(params)
    moving = [rnn.weight_ih_l0, rnn.weight_hh_l0, out.weight, rnn.bias_ih_l0, out.bias]
    memories = [torch.zeros_like(p) for p in moving]
    smoothed = [-math.log(1 / characters) * seq]
    state, position = torch.zeros((1, hidden), dtype=torch.float64), 0
    for _ in range(steps):
        if position + seq + 1 >= length:
            state, position = torch.zeros_like(state), 0
        part = ids[position : position + seq + 1]
        loss, states, _ = run(rnn, out, part[:-1], part[1:], state)
        for p, grad, memory in zip(moving, torch.autograd.grad(loss, moving), memories, strict=True):
            clamped = grad.clamp(-5, 5)
            memory.addcmul_(clamped, clamped)
            p.data.sub_(lr * clamped / (memory + 1e-8).sqrt())
        state, position = states[-1:].detach(), position + seq
        smoothed.append(0.999 * smoothed[-1] + 0.001 * loss.item())
    return {
        "ids": ids.tolist(),
        "seq": seq,
        "steps": steps,
        "lr": lr,
        "params": {name: value.tolist() for name, value in params.items()},
        "smoothed": smoothed,
    }


def main() -> None:
    recorded = {
        "windows": {name: window(seed, case) for seed, (name, case) in enumerate(WINDOWS.items())},
        "samples": [sampled(3, 4, 6, 30), sampled(4, 1, 3, 20)],
        "fits": [fitted(5, 23, 5, 12, 0.1), fitted(6, 7, 6, 5, 0.02)],
    }
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
