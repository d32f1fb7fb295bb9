"""What torch makes of embeddings, Elman layers and the language model of both. Run by script/oracles.

Prints JSON: for each case its inputs, what comes out, and the gradients of ``(out * dout).sum()``.
torch keeps weights the other way round, (out, in), and has two biases, of which the second is zero here.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

EMBEDDINGS: dict[str, dict[str, Any]] = {
    "plain": {"B": 2, "T": 5, "V": 6, "D": 3},
    "padding": {"B": 3, "T": 4, "V": 4, "D": 2, "padding": 2},
    "padding zero": {"B": 2, "T": 6, "V": 3, "D": 1, "padding": 0},
    "one id again and again": {"B": 2, "T": 3, "V": 5, "D": 2, "repeat": True},
}
STACKS: dict[str, dict[str, Any]] = {
    "one layer": {"B": 2, "T": 4, "D": 3, "widths": [5]},
    "three layers": {"B": 3, "T": 5, "D": 2, "widths": [4, 4, 4]},
    "unequal widths": {"B": 2, "T": 4, "D": 3, "widths": [2, 4, 1]},
    "one step": {"B": 1, "T": 1, "D": 2, "widths": [3, 3]},
    "long": {"B": 1, "T": 40, "D": 1, "widths": [2, 3]},
}
MODELS: dict[str, dict[str, Any]] = {
    "one layer": {"B": 2, "T": 4, "V": 5, "D": 3, "widths": [4]},
    "two layers": {"B": 3, "T": 3, "V": 4, "D": 2, "widths": [3, 5]},
}


def array(rng: np.random.Generator, *shape: int) -> Any:
    return torch.tensor(0.5 * rng.standard_normal(shape), requires_grad=True)


def embedding(rng: np.random.Generator, case: dict[str, Any]) -> dict[str, Any]:
    ids = torch.tensor(rng.integers(0, case["V"], (case["B"], case["T"])))
    if case.get("repeat"):
        ids[:] = ids[0, 0]
    weight = array(rng, case["V"], case["D"])
    dout = torch.tensor(rng.standard_normal((case["B"], case["T"], case["D"])))
    padding = case.get("padding")
    out = torch.nn.functional.embedding(ids, weight, padding_idx=padding)
    (out * dout).sum().backward()
    return {
        "ids": ids.tolist(),
        "W": weight.tolist(),
        "dout": dout.tolist(),
        "padding_idx": padding,
        "out": out.tolist(),
        "dW": weight.grad.tolist(),
    }


def layers_of(rng: np.random.Generator, case: dict[str, Any]) -> list[Any]:
    layers = []
    below = case["D"]
    for width in case["widths"]:
        layers.append((array(rng, below, width), array(rng, width, width), array(rng, width)))
        below = width
    return layers


def run(x: Any, layers: list[Any], h0: list[Any]) -> tuple[Any, list[Any]]:
    """torch's own nn.RNN, with one layer at a time, since all of a larger one have the same width."""
    last = []
    for (w, u, b), start in zip(layers, h0, strict=True):
        rnn = torch.nn.RNN(w.shape[0], w.shape[1], batch_first=True, dtype=torch.float64)
        named = {
            "weight_ih_l0": w.T,
            "weight_hh_l0": u.T,
            "bias_ih_l0": b,
            "bias_hh_l0": torch.zeros_like(b),
        }
        x, state = torch.func.functional_call(rnn, named, (x, start[None]))
        last.append(state[0])
    return x, last


def plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, torch.Tensor) else [plain(item) for item in value]


def gradients(value: Any) -> Any:
    return value.grad.tolist() if isinstance(value, torch.Tensor) else [gradients(item) for item in value]


def stack(rng: np.random.Generator, case: dict[str, Any]) -> dict[str, Any]:
    x = array(rng, case["B"], case["T"], case["D"])
    layers = layers_of(rng, case)
    h0 = [torch.tensor(0.5 * rng.standard_normal((case["B"], width))) for width in case["widths"]]
    out, last = run(x, layers, h0)
    dout = torch.tensor(rng.standard_normal(tuple(out.shape)))
    (out * dout).sum().backward()
    same = len(set(case["widths"])) == 1
    if same:  # then nn.RNN takes all layers at once, and must say the same
        whole = torch.nn.RNN(case["D"], case["widths"][0], len(layers), batch_first=True, dtype=torch.float64)
        with torch.no_grad():
            for number, (w, u, b) in enumerate(layers):
                getattr(whole, f"weight_ih_l{number}").copy_(w.T)
                getattr(whole, f"weight_hh_l{number}").copy_(u.T)
                getattr(whole, f"bias_ih_l{number}").copy_(b)
                getattr(whole, f"bias_hh_l{number}").zero_()
            wanted, states = whole(x, torch.stack(h0))
        assert torch.allclose(wanted, out, rtol=1e-12, atol=1e-14)
        assert torch.allclose(states, torch.stack(last), rtol=1e-12, atol=1e-14)
    first = [parameter.detach() for parameter in layers[0]]
    cell = torch.nn.RNNCell(case["D"], case["widths"][0], dtype=torch.float64)
    named = dict(
        zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
            (first[0].T, first[1].T, first[2], torch.zeros_like(first[2])),
            strict=True,
        )
    )
    unit = torch.func.functional_call(cell, named, (x[:, 0].detach(), h0[0]))
    return {
        "X": plain(x),
        "layers": plain(layers),
        "h0": plain(h0),
        "dOut": plain(dout),
        "unit": plain(unit),
        "out": plain(out),
        "states": plain(last),
        "dX": gradients(x),
        "dlayers": gradients(layers),
    }


def model(rng: np.random.Generator, case: dict[str, Any]) -> dict[str, Any]:
    ids = torch.tensor(rng.integers(0, case["V"], (case["B"], case["T"])))
    w_emb = array(rng, case["V"], case["D"])
    layers = layers_of(rng, case)
    w_out, b_out = array(rng, case["widths"][-1], case["V"]), array(rng, case["V"])
    h0 = [torch.zeros(case["B"], width, dtype=torch.float64) for width in case["widths"]]
    hidden, _ = run(torch.nn.functional.embedding(ids, w_emb), layers, h0)
    logits = torch.nn.functional.linear(hidden, w_out.T, b_out)
    dlogits = torch.tensor(rng.standard_normal(tuple(logits.shape)))
    (logits * dlogits).sum().backward()
    params = [w_emb, layers, w_out, b_out]
    return {
        "ids": ids.tolist(),
        "params": plain(params),
        "dlogits": plain(dlogits),
        "logits": plain(logits),
        "dparams": gradients(params),
    }


def main() -> None:
    recorded: dict[str, dict[str, Any]] = {}
    kinds = {"embedding": (embedding, EMBEDDINGS), "stack": (stack, STACKS), "model": (model, MODELS)}
    for kind, (oracle, cases) in kinds.items():
        recorded[kind] = {}
        for seed, (name, case) in enumerate(cases.items()):
            recorded[kind][name] = oracle(np.random.default_rng(seed), case)
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
