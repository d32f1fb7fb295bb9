"""Gates against torch (recorded), central differences (live) and a pencil."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reference.gates import (
    Array,
    gradient_norms,
    gru_cell,
    gru_loss,
    lstm_cell,
    lstm_forward,
    lstm_loss,
    sigmoid,
)

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "gates.json").read_text(encoding="utf-8")
)
LSTM = ("x", "h", "c", "W", "U", "b", "dh_next", "dc_next")
GRU = ("x", "h", "W", "U", "b_x", "b_h", "dh_next")


def arguments(recorded: dict[str, Any], names: tuple[str, ...]) -> list[Array]:
    inputs = {name: np.array(value) for name, value in recorded["inputs"].items()}
    # torch adds two biases, of which only the sum matters to an LSTM; we have one.
    inputs["b"] = inputs["b_x"] + inputs["b_h"]
    return [inputs[name] for name in names]


def assert_as_recorded(values: tuple[Array, ...], recorded: dict[str, Any], names: tuple[str, ...]) -> None:
    for value, name in zip(values, names, strict=True):
        np.testing.assert_allclose(value, recorded["outputs"][name], rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", RECORDED["lstm"])
def test_lstm_agrees_with_torch(name: str) -> None:
    recorded = RECORDED["lstm"][name]
    found = lstm_cell(*arguments(recorded, LSTM))
    assert_as_recorded(found, recorded, ("h_next", "c_next", "dx", "dh", "dc", "dW", "dU", "db_x"))


@pytest.mark.parametrize("name", RECORDED["gru"])
def test_gru_agrees_with_torch(name: str) -> None:
    recorded = RECORDED["gru"][name]
    found = gru_cell(*arguments(recorded, GRU))
    assert_as_recorded(found, recorded, ("h_next", "dx", "dh", "dW", "dU", "db_x", "db_h"))


@pytest.mark.parametrize("name", RECORDED["norms"])
def test_norms_through_time_agree_with_torch(name: str) -> None:
    recorded = RECORDED["norms"][name]
    a, w_h, dh_last = (np.array(recorded[key]) for key in ("a", "w_h", "dh_last"))
    norms = gradient_norms(a, w_h, recorded["scale"], dh_last)
    np.testing.assert_allclose(norms, recorded["norms"], rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "loss", "cell", "names", "outputs"),
    [("lstm", lstm_loss, lstm_cell, LSTM, 2), ("gru", gru_loss, gru_cell, GRU, 1)],
    ids=["lstm", "gru"],
)
@pytest.mark.parametrize("which", range(6))
def test_gradients_agree_with_central_differences(
    kind: str,
    loss: Callable[..., float],
    cell: Callable[..., tuple[Array, ...]],
    names: tuple[str, ...],
    outputs: int,
    which: int,
) -> None:
    inputs = arguments(RECORDED[kind]["typical"], names)
    gradient = cell(*inputs)[outputs + which]  # the gradients come in the order of the arguments
    assert gradient.shape == inputs[which].shape
    step = 1e-5
    for at in np.ndindex(*gradient.shape):
        losses = []
        for sign in (1, -1):
            moved = [value.copy() for value in inputs]
            moved[which][at] += sign * step
            losses.append(loss(*moved))
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("t", range(5))
def test_norms_agree_with_central_differences(t: int) -> None:
    recorded = RECORDED["norms"]["growing"]
    a, w_h, dh_last = (np.array(recorded[key])[:5] for key in ("a", "w_h", "dh_last"))
    scale, step = recorded["scale"], 1e-5

    def last_state(change: Array) -> Array:
        """The last state when the one of step t is changed."""
        h = np.zeros(4)
        for s, a_s in enumerate(a):
            h = np.tanh(a_s + scale * h @ w_h) + (change if s == t else 0.0)
        return np.asarray(h)

    slopes = [
        dh_last @ (last_state(step * direction) - last_state(-step * direction)) / (2 * step)
        for direction in np.eye(4)
    ]
    assert gradient_norms(a, w_h, scale, dh_last)[t] == pytest.approx(float(np.linalg.norm(slopes)), rel=1e-7)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_a_rotation_of_nothing_only_scales(scale: float) -> None:
    # With no inputs all states are zero, where tanh' is 1.
    norms = gradient_norms(np.zeros((6, 2)), np.array([[0.0, 1.0], [-1.0, 0.0]]), scale, np.array([3.0, 4.0]))
    np.testing.assert_allclose(norms, 5 * scale ** np.arange(5.0, -1.0, -1.0), rtol=1e-14)


def test_an_lstm_with_a_pencil() -> None:
    # One number of each kind, so that every quantity has a name of its own.
    x, h, c, dh, dc = 0.7, -0.4, 1.2, 0.9, -0.3
    w, u, b = (0.5, -1.0, 0.8, 0.3), (0.2, 0.6, -0.7, 1.1), (0.1, 1.0, -0.2, 0.4)
    a = [x * w_k + h * u_k + b_k for w_k, u_k, b_k in zip(w, u, b, strict=True)]
    i, f, o = (1 / (1 + math.exp(-a[k])) for k in (0, 1, 3))
    g = math.tanh(a[2])
    cell = f * c + i * g
    e = dc + dh * o * (1 - math.tanh(cell) ** 2)
    da = [
        e * g * i * (1 - i),
        e * c * f * (1 - f),
        e * i * (1 - g**2),
        dh * math.tanh(cell) * o * (1 - o),
    ]
    wanted = (
        o * math.tanh(cell),
        cell,
        sum(d * w_k for d, w_k in zip(da, w, strict=True)),
        sum(d * u_k for d, u_k in zip(da, u, strict=True)),
        e * f,
        [x * d for d in da],
        [h * d for d in da],
        da,
    )
    x_, h_, c_, dh_, dc_ = (np.array([[value]]) for value in (x, h, c, dh, dc))
    found = lstm_cell(x_, h_, c_, np.array([w]), np.array([u]), np.array(b), dh_, dc_)
    for value, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(np.squeeze(value), want, rtol=1e-12)


def test_an_open_forget_gate_lets_a_gradient_pass() -> None:
    # What the RNN cannot do: a hundred steps, and the gradient of the cell is still there.
    h, c = np.zeros((1, 2)), np.ones((1, 2))
    b = np.repeat([-30.0, 30.0, 0.0, 0.0], 2)  # nothing is written, everything is kept
    W, U = np.zeros((1, 8)), 0.3 * np.random.default_rng(0).standard_normal((2, 8))
    dh, dc = np.zeros((1, 2)), np.ones((1, 2))
    for _ in range(100):
        *_, dh, dc, _, _, _ = lstm_cell(np.zeros((1, 1)), h, c, W, U, b, dh, dc)
    np.testing.assert_allclose(dc, 1, rtol=1e-9)
    _, kept, _ = lstm_forward(np.zeros((1, 1)), h, c, W, U, b)
    np.testing.assert_allclose(kept, c, rtol=1e-9)


def test_sigmoid_of_huge_numbers() -> None:
    np.testing.assert_allclose(sigmoid(np.array([-2000.0, 0.0, 2000.0])), [0.0, 0.5, 1.0])
    small = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(sigmoid(small), 1 / (1 + np.exp(-small)), rtol=1e-13)


def test_do_not_change_their_arguments() -> None:
    cells: list[tuple[str, Callable[..., Any], tuple[str, ...]]] = [
        ("lstm", lstm_cell, LSTM),
        ("gru", gru_cell, GRU),
    ]
    for kind, cell, names in cells:
        inputs = arguments(RECORDED[kind]["typical"], names)
        before = [value.copy() for value in inputs]
        cell(*inputs)
        for value, was in zip(inputs, before, strict=True):
            np.testing.assert_array_equal(value, was)
