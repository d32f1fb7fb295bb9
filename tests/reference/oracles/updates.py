"""What torch makes of one clip and one update. Run by script/oracles, in an environment of its own.

Prints JSON. torch divides by the norm plus 1e-6, and its Adagrad adds its small number outside the root; the
test says what it makes of that.
"""

import json
import sys
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]

SHAPES = [(3, 4), (4,), (1,), (2, 1, 3)]


def arrays(rng: np.random.Generator, scale: float = 1.0) -> list[Any]:
    return [scale * rng.standard_normal(shape) for shape in SHAPES]


def plain(values: list[Any]) -> list[Any]:
    return [value.tolist() for value in values]


def sgd(lr: float, rng: np.random.Generator) -> dict[str, Any]:
    params, grads = arrays(rng), arrays(rng)
    moved = [torch.tensor(p, requires_grad=True) for p in params]
    for tensor, grad in zip(moved, grads, strict=True):
        tensor.grad = torch.tensor(grad)
    # torch refuses a negative rate; climbing is descending with maximize.
    torch.optim.SGD(moved, lr=abs(lr), maximize=lr < 0).step()
    after = [tensor.detach() for tensor in moved]
    return {"params": plain(params), "grads": plain(grads), "lr": lr, "after": plain(after)}


def clip_global_norm(scale: float, theta: float, rng: np.random.Generator) -> dict[str, Any]:
    grads = arrays(rng, scale)
    tensors = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for tensor, grad in zip(tensors, grads, strict=True):
        tensor.grad = torch.tensor(grad)
    norm = torch.nn.utils.clip_grad_norm_(tensors, theta)
    after = [tensor.grad for tensor in tensors]
    return {"grads": plain(grads), "theta": theta, "norm": norm.item(), "after": plain(after)}


def clip_elementwise(scale: float, c: float, rng: np.random.Generator) -> dict[str, Any]:
    grads = arrays(rng, scale)
    tensors = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for tensor, grad in zip(tensors, grads, strict=True):
        tensor.grad = torch.tensor(grad)
    torch.nn.utils.clip_grad_value_(tensors, c)
    return {"grads": plain(grads), "c": c, "after": plain([tensor.grad for tensor in tensors])}


def adagrad(steps: int, scale: float, rng: np.random.Generator) -> dict[str, Any]:
    start, lr = rng.standard_normal((3, 2)), 0.1
    grads = scale * rng.standard_normal((steps, 3, 2))
    p = torch.tensor(start, requires_grad=True)
    optimiser = torch.optim.Adagrad([p], lr=lr, eps=0.0)
    for grad in grads:
        p.grad = torch.tensor(grad)
        optimiser.step()
    memory = optimiser.state[p]["sum"]
    return {
        "p": start.tolist(),
        "grads": grads.tolist(),
        "lr": lr,
        "after": [p.detach().tolist(), memory.tolist()],
    }


def main() -> None:
    rng = np.random.default_rng(20)
    recorded = {
        "sgd": [sgd(lr, rng) for lr in (0.5, 0.0, -0.7)],
        "clip_global_norm": [
            clip_global_norm(scale, theta, rng) for scale, theta in ((1.0, 1.0), (1.0, 100.0), (50.0, 1.0))
        ],
        "clip_elementwise": [clip_elementwise(scale, c, rng) for scale, c in ((10.0, 5.0), (0.1, 5.0))],
        "adagrad": [adagrad(steps, scale, rng) for steps, scale in ((1, 1.0), (6, 1.0), (6, 40.0))],
    }
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
