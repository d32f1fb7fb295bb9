"""Clipping and updates against torch (recorded) and against the formulas, element by element."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.updates import adagrad, clip_elementwise, clip_global_norm, global_norm, sgd

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "updates.json").read_text(encoding="utf-8")
)
Arrays = list[np.ndarray[Any, np.dtype[Any]]]


def arrays(values: list[Any]) -> Arrays:
    return [np.array(value, dtype=np.float64) for value in values]


def assert_all_close(values: Arrays, wanted: list[Any], rtol: float = 1e-12) -> None:
    assert len(values) == len(wanted)
    for value, want in zip(values, arrays(wanted), strict=True):
        assert value.shape == want.shape
        np.testing.assert_allclose(value, want, rtol=rtol, atol=1e-300)


@pytest.mark.parametrize("case", RECORDED["sgd"], ids=lambda case: f"lr {case['lr']}")
def test_sgd_agrees_with_torch(case: dict[str, Any]) -> None:
    assert_all_close(sgd(arrays(case["params"]), arrays(case["grads"]), case["lr"]), case["after"])


def test_sgd_wants_a_gradient_for_each_parameter() -> None:
    with pytest.raises(ValueError, match="shorter"):
        sgd([np.ones(2), np.ones(3)], [np.ones(2)], 0.1)


@pytest.mark.parametrize("case", RECORDED["clip_global_norm"], ids=lambda case: f"theta {case['theta']}")
def test_global_clip_agrees_with_torch(case: dict[str, Any]) -> None:
    grads, theta, norm = arrays(case["grads"]), case["theta"], case["norm"]
    assert global_norm(grads) == pytest.approx(norm, rel=1e-13)
    # torch multiplies by theta / (norm + 1e-6) where the formula, and we, have theta / norm.
    own = (norm + 1e-6) / norm if norm + 1e-6 > theta else 1.0
    assert_all_close([g / own for g in clip_global_norm(grads, theta)], case["after"])


def test_global_clip_by_the_formula() -> None:
    rng = np.random.default_rng(3)
    grads = [rng.standard_normal((3, 2)), rng.standard_normal(4), rng.standard_normal(1)]
    norm = math.sqrt(math.fsum(float(x) ** 2 for g in grads for x in g.ravel()))
    for theta in (0.0, 0.3 * norm, norm, 1.5 * norm):
        wanted = [g * min(1.0, theta / norm) for g in grads]
        for value, want in zip(clip_global_norm(grads, theta), wanted, strict=True):
            np.testing.assert_allclose(value, want, rtol=1e-14)


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.integers(0, 2**32))
def test_global_clip_keeps_the_direction_and_never_exceeds_theta(
    scale: float, theta: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    grads = [scale * rng.standard_normal((2, 3)), scale * rng.standard_normal(4)]
    clipped = clip_global_norm(grads, theta)
    assert global_norm(clipped) <= theta * (1 + 1e-12) or global_norm(grads) <= theta
    flat, kept = (np.concatenate([g.ravel() for g in one]) for one in (grads, clipped))
    assert flat @ kept == pytest.approx(np.linalg.norm(flat) * np.linalg.norm(kept), rel=1e-12)


def test_a_norm_of_zero_is_left_alone() -> None:
    for theta in (0.0, 1.0):
        first, second = clip_global_norm([np.zeros((2, 2)), np.zeros(3)], theta)
        np.testing.assert_array_equal(first, np.zeros((2, 2)))
        np.testing.assert_array_equal(second, np.zeros(3))


@pytest.mark.parametrize("case", RECORDED["clip_elementwise"], ids=["active", "idle"])
def test_elementwise_clip_agrees_with_torch(case: dict[str, Any]) -> None:
    assert_all_close(clip_elementwise(arrays(case["grads"]), case["c"]), case["after"])


@pytest.mark.parametrize("case", RECORDED["adagrad"], ids=["one step", "six steps", "large"])
def test_adagrad_agrees_with_torch(case: dict[str, Any]) -> None:
    p, grads = np.array(case["p"]), np.array(case["grads"])
    found, memory = adagrad(p, grads, np.zeros_like(p), case["lr"])
    np.testing.assert_allclose(memory, case["after"][1], rtol=1e-13)
    # torch's small number stands outside the root and is 0 here. Ours, inside, shortens a step by about
    # 1e-8 / (2 m), so this comparison sees everything but where the small number stands.
    smallest = float(np.cumsum(grads**2, axis=0).min())
    np.testing.assert_allclose(
        found, case["after"][0], rtol=0, atol=len(grads) * case["lr"] * 1e-8 / smallest
    )


@pytest.mark.parametrize("scale", [1.0, 1e-4, 1e-6, 0.0])
def test_adagrad_by_the_formula(scale: float) -> None:
    # One number at a time, and with the small number inside the root, which no library has.
    rng = np.random.default_rng(5)
    p, m = rng.standard_normal((2, 3)), scale * rng.uniform(size=(2, 3))
    grads, lr = scale * rng.standard_normal((4, 2, 3)), 0.1
    found, memory = adagrad(p, grads, m, lr)
    for at in np.ndindex(p.shape):
        x, squares = float(p[at]), float(m[at])
        for g in grads[(slice(None), *at)]:
            squares += float(g) ** 2
            x -= lr * float(g) / math.sqrt(squares + 1e-8)
        assert found[at] == pytest.approx(x, rel=1e-14)
        assert memory[at] == pytest.approx(squares, rel=1e-14)


def test_arguments_are_left_alone() -> None:
    rng = np.random.default_rng(7)
    params, grads = ([10 * rng.standard_normal((2, 3)), 10 * rng.standard_normal(3)] for _ in range(2))
    m, steps = np.zeros(3), rng.standard_normal((2, 3))
    before = [np.copy(a) for a in (*params, *grads, m, steps)]
    sgd(params, grads, 0.1)
    clip_global_norm(grads, 1.0)
    clip_elementwise(grads, 1.0)
    adagrad(params[1], steps, m, 0.1)
    for value, was in zip((*params, *grads, m, steps), before, strict=True):
        np.testing.assert_array_equal(value, was)
