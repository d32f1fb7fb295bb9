"""How torch trains the Elman language model, embedding to SGD. Run by script/oracles.

Prints JSON: for each case the start, the batches of both splits and the perplexities of every epoch.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

CASES: dict[str, dict[str, Any]] = {
    "one layer": {"widths": [4], "lr": 0.5, "epochs": 3, "shapes": [(2, 4), (3, 3)], "ignored": 0.0},
    "two layers": {"widths": [3, 5], "lr": 1.0, "epochs": 2, "shapes": [(2, 5), (1, 2)], "ignored": 0.3},
    "nothing learned": {"widths": [2], "lr": 0.0, "epochs": 2, "shapes": [(2, 3)], "ignored": 0.3},
    "downhill and up": {"widths": [3], "lr": -0.3, "epochs": 4, "shapes": [(1, 6), (2, 2)], "ignored": 0.2},
}
V, D, IGNORED = 6, 3, -1


class Model(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """An embedding, one nn.RNN for each layer, and a linear layer; the second biases are zero and stay so."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(V, D)
        self.layers = torch.nn.ModuleList(
            torch.nn.RNN(below, width, batch_first=True)
            for below, width in zip([D, *widths], widths, strict=False)
        )
        self.linear = torch.nn.Linear(widths[-1], V)
        for layer in self.layers:
            torch.nn.init.zeros_(layer.bias_hh_l0).requires_grad_(False)

    def forward(self, ids: Any) -> Any:
        x = self.embedding(ids)
        for layer in self.layers:
            x, _ = layer(x)
        return self.linear(x)

    def plain(self) -> list[Any]:
        layers = [
            [layer.weight_ih_l0.T.tolist(), layer.weight_hh_l0.T.tolist(), layer.bias_ih_l0.tolist()]
            for layer in self.layers
        ]
        return [
            self.embedding.weight.tolist(),
            layers,
            self.linear.weight.T.tolist(),
            self.linear.bias.tolist(),
        ]


def split(rng: np.random.Generator, case: dict[str, Any]) -> list[tuple[Any, Any]]:
    batches = []
    for shape in case["shapes"]:
        x, y = rng.integers(0, V, shape), rng.integers(0, V, shape)
        y[rng.random(shape) < case["ignored"]] = IGNORED
        y[0, 0] = 1
        batches.append((torch.tensor(x), torch.tensor(y)))
    return batches


def perplexity(model: Model, batches: list[tuple[Any, Any]], optimizer: Any = None) -> float:
    total, count = 0.0, 0
    for x, y in batches:
        loss = torch.nn.functional.cross_entropy(
            model(x).flatten(0, 1), y.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        tokens = int((y != IGNORED).sum())
        total += loss.item()
        count += tokens
        if optimizer is not None:
            optimizer.zero_grad()
            (loss / tokens).backward()
            optimizer.step()
    return float(np.exp(total / count))


def fit(seed: int, case: dict[str, Any]) -> dict[str, Any]:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Model(case["widths"]).double()
    start = model.plain()
    train, val = split(rng, case), split(rng, case)
    optimizer = torch.optim.SGD(model.parameters(), lr=abs(case["lr"]), maximize=case["lr"] < 0)
    perplexities: list[tuple[float, float]] = []
    for _ in range(case["epochs"]):
        while_training = perplexity(model, train, optimizer)
        with torch.no_grad():
            perplexities.append((while_training, perplexity(model, val)))
    return {
        "params": start,
        "train": [[x.tolist(), y.tolist()] for x, y in train],
        "val": [[x.tolist(), y.tolist()] for x, y in val],
        "lr": case["lr"],
        "epochs": case["epochs"],
        "ignore_index": IGNORED,
        "train_perplexities": [train for train, _ in perplexities],
        "val_perplexities": [val for _, val in perplexities],
        "after": model.plain(),
    }


def main() -> None:
    recorded = {name: fit(seed, case) for seed, (name, case) in enumerate(CASES.items())}
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
