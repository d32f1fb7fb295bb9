"""What JAX's scan makes of a recurrent layer and of the language model of characters: a second opinion.

Run by script/oracles, in an environment of its own. The inputs are those recorded with torch's answers.
"""

import json
import sys
from pathlib import Path
from typing import Any

import jax  # type: ignore[import-not-found, unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found, unused-ignore]

jax.config.update("jax_enable_x64", True)
RECORDED = Path(__file__).parents[1] / "recorded"


def layer(X: Any, W_xh: Any, W_hh: Any, b_h: Any, state: Any) -> tuple[Any, Any]:
    """X (T, B, I): all hidden states (T, B, n), and the last one."""

    def step(h: Any, x: Any) -> tuple[Any, Any]:
        after = jnp.tanh(x @ W_xh + h @ W_hh + b_h)
        return after, after

    start = jnp.zeros((X.shape[1], W_hh.shape[0])) if state is None else jnp.array(state)
    last, H = jax.lax.scan(step, start, X)
    return H, last


def model(params: Any, X: Any, state: Any) -> tuple[Any, Any]:
    """X (B, T) ids: the logits (B, T, V), and the last state."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, last = layer(jax.nn.one_hot(X.T, W_xh.shape[0]), W_xh, W_hh, b_h, state)
    return jnp.swapaxes(H @ W_hq + b_q, 0, 1), last


def surprise(params: Any, X: Any, Y: Any, state: Any) -> Any:
    logits, _ = model(params, X, state)
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), Y[..., None], axis=-1).mean()


def main() -> None:
    layers = json.loads((RECORDED / "rnn.json").read_text(encoding="utf-8"))
    steps = json.loads((RECORDED / "char_lm.json").read_text(encoding="utf-8"))["steps"]
    found: dict[str, Any] = {"layers": {}, "models": {}}
    for name, case in layers.items():
        given = case["inputs"]
        X, W_xh, W_hh, b_h = (jnp.array(given[key]) for key in ("X", "W_xh", "W_hh", "b_h"))
        H, last = layer(X, W_xh, W_hh, b_h, given["state"])
        found["layers"][name] = {"H": H.tolist(), "last": last.tolist()}
    for name, case in steps.items():
        params = [jnp.array(p) for p in case["params"]]
        X, Y = jnp.array(case["X"]), jnp.array(case["Y"])
        logits, last = model(params, X, case["state"])
        loss, gradients = jax.value_and_grad(surprise)(params, X, Y, case["state"])
        found["models"][name] = {
            "logits": logits.tolist(),
            "last": last.tolist(),
            "loss": float(loss),
            "gradients": [gradient.tolist() for gradient in gradients],
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
