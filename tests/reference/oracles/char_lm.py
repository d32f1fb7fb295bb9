"""What torch's recurrent layer, autograd and optimiser make of the language model of characters.

Run by script/oracles, in an environment of its own. Prints JSON. Only the clip is written out: torch's own
divides by the norm plus 1e-6.
"""

import json
import math
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

CASES: dict[str, dict[str, Any]] = {
    "from zeros": {"B": 2, "T": 5, "V": 4, "n": 3},
    "from a state": {"B": 3, "T": 4, "V": 5, "n": 2, "state": True},
    "one step, one sequence": {"B": 1, "T": 1, "V": 3, "n": 4, "state": True},
    "one unit": {"B": 2, "T": 6, "V": 3, "n": 1},
    "one token again and again": {"B": 2, "T": 6, "V": 3, "n": 2, "repeat": True},
    "very sure": {"B": 2, "T": 4, "V": 4, "n": 3, "sure": 40.0},
    "long": {"B": 1, "T": 60, "V": 3, "n": 2},
}


def parameters(rng: np.random.Generator, vocabulary: int, hidden: int, sure: float = 1.0) -> list[Any]:
    shapes = [(vocabulary, hidden), (hidden, hidden), (hidden,), (hidden, vocabulary), (vocabulary,)]
    *weights, W_hq, b_q = [0.6 * rng.standard_normal(shape) for shape in shapes]
    return [*weights, sure * W_hq, b_q]


class Model(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """torch.nn.RNN and torch.nn.Linear, holding our parameters in their own layout."""

    def __init__(self, params: list[Any]) -> None:
        super().__init__()
        W_xh, W_hh, b_h, W_hq, b_q = (torch.tensor(p) for p in params)
        vocabulary, hidden = W_xh.shape
        self.rnn = torch.nn.RNN(vocabulary, hidden, batch_first=True, dtype=torch.float64)
        self.linear = torch.nn.Linear(hidden, vocabulary, dtype=torch.float64)
        with torch.no_grad():
            self.rnn.weight_ih_l0.copy_(W_xh.T)
            self.rnn.weight_hh_l0.copy_(W_hh.T)
            self.rnn.bias_ih_l0.copy_(b_h)
            self.rnn.bias_hh_l0.zero_()
            self.linear.weight.copy_(W_hq.T)
            self.linear.bias.copy_(b_q)
        self.rnn.bias_hh_l0.requires_grad_(requires_grad=False)  # ours has one bias, not two

    def forward(self, ids: Any, state: Any = None) -> tuple[Any, Any]:
        onehot = torch.nn.functional.one_hot(ids, self.linear.out_features).double()
        H, last = self.rnn(onehot, None if state is None else state[None])
        return self.linear(H), last[0]

    def learned(self) -> list[Any]:
        rnn, linear = self.rnn, self.linear
        return [rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, linear.weight, linear.bias]


def gradients_of(model: Model) -> list[Any]:
    return [(p.grad.T if p.grad.dim() == 2 else p.grad).tolist() for p in model.learned()]


def one(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    shape = case["B"], case["T"]
    X, Y = (rng.integers(0, case["V"], shape) for _ in range(2))
    if case.get("repeat"):
        X[:] = X[0, 0]
    params = parameters(rng, case["V"], case["n"], case.get("sure", 1.0))
    state = rng.uniform(-1, 1, (case["B"], case["n"])) if case.get("state") else None
    model = Model(params)
    logits, last = model(torch.tensor(X), None if state is None else torch.tensor(state))
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, case["V"]), torch.tensor(Y).reshape(-1))
    loss.backward()
    return {
        "X": X.tolist(),
        "Y": Y.tolist(),
        "params": [p.tolist() for p in params],
        "state": None if state is None else state.tolist(),
        "logits": logits.tolist(),
        "last": last.tolist(),
        "loss": loss.item(),
        "grads": gradients_of(model),
    }


def fitted(theta: float, lr: float) -> dict[str, Any]:
    """Three epochs over batches of different sizes."""
    rng = np.random.default_rng(60)
    vocabulary, hidden, epochs = 4, 3, 3
    sizes = [(3, 5), (3, 5), (1, 2)]
    batches = [[rng.integers(0, vocabulary, size) for _ in range(2)] for size in sizes]
    params = parameters(rng, vocabulary, hidden)
    model = Model(params)
    optimiser = torch.optim.SGD(model.learned(), lr=lr)
    perplexities, clipped = [], 0
    for _ in range(epochs):
        surprise, tokens = 0.0, 0
        for X, Y in batches:
            logits, _ = model(torch.tensor(X))
            wanted = torch.tensor(Y).reshape(-1)
            losses = torch.nn.functional.cross_entropy(
                logits.reshape(-1, vocabulary), wanted, reduction="none"
            )
            optimiser.zero_grad()
            losses.mean().backward()
            norm = torch.cat([p.grad.ravel() for p in model.learned()]).norm()
            if norm > theta:
                clipped += 1
                for p in model.learned():
                    p.grad *= theta / norm
            optimiser.step()
            surprise += losses.sum().item()
            tokens += Y.size
        perplexities.append(math.exp(surprise / tokens))
    return {
        "params": [p.tolist() for p in params],
        "batches": [[X.tolist(), Y.tolist()] for X, Y in batches],
        "lr": lr,
        "theta": theta,
        "epochs": epochs,
        "clipped": clipped,
        "perplexities": perplexities,
    }


def generated(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    params = [2.5 * p for p in parameters(rng, 6, 5)]
    model = Model(params)
    prefix = rng.integers(0, 6, 1 + seed % 4).tolist()
    ids, state, gap = list(prefix), None, math.inf
    with torch.no_grad():
        for token in prefix:
            logits, state = model(torch.tensor([[token]]), state)
        for _ in range(12):
            best, second = torch.topk(logits[0, -1], 2).values
            gap = min(gap, (best - second).item())
            ids.append(int(torch.argmax(logits[0, -1])))
            logits, state = model(torch.tensor([[ids[-1]]]), state)
    return {"params": [p.tolist() for p in params], "prefix": prefix, "ids": ids, "gap": gap}


def main() -> None:
    recorded = {
        "steps": {name: one(seed, case) for seed, (name, case) in enumerate(CASES.items())},
        "fits": [fitted(theta, lr) for theta, lr in ((0.2, 1.0), (100.0, 0.5), (0.7, 0.8))],
        "texts": [generated(seed) for seed in range(4)],
    }
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
