"""The vanilla character RNN against torch (recorded), central differences, a pencil and the formulas."""

import json
import math
import pydoc_data.topics
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.vanilla import (
    Array,
    Params,
    backward,
    fit,
    forward,
    gradients,
    initial,
    next_window,
    sample,
    softmax,
    training,
    vocabulary,
)

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "vanilla.json").read_text(encoding="utf-8")
)
WINDOWS = RECORDED["windows"]


def params_of(recorded: dict[str, Any]) -> Params:
    Wxh, Whh, Why, bh, by = (np.array(recorded["params"][p]) for p in ("Wxh", "Whh", "Why", "bh", "by"))
    return Wxh, Whh, Why, bh, by


def arguments(window: dict[str, Any]) -> tuple[Array, Array, Array, Array, Array, Array, Array, Array]:
    inputs, targets, h_prev = (np.array(window[name]) for name in ("inputs", "targets", "h_prev"))
    return (inputs, targets, h_prev, *params_of(window))


def unclipped(window: dict[str, Any]) -> tuple[Array, ...]:
    inputs, targets, h_prev, Wxh, Whh, Why, bh, by = arguments(window)
    _, hs, ps = forward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by)
    return gradients(inputs, targets, h_prev, Whh, Why, hs, ps)


@pytest.mark.parametrize("name", WINDOWS)
def test_forward_agrees_with_torch(name: str) -> None:
    loss, hs, ps = forward(*arguments(WINDOWS[name]))
    assert loss == pytest.approx(WINDOWS[name]["loss"], rel=1e-12)
    np.testing.assert_allclose(hs[..., 0], WINDOWS[name]["hs"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ps[..., 0], WINDOWS[name]["ps"], rtol=1e-10, atol=1e-14)
    assert hs.shape[2:] == ps.shape[2:] == (1,)


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    ("computed", "recorded"),
    [(unclipped, "grads"), (lambda window: backward(*arguments(window)), "clipped")],
    ids=["gradients", "backward"],
)
def test_gradients_agree_with_torch(
    name: str, computed: Callable[[dict[str, Any]], tuple[Array, ...]], recorded: str
) -> None:
    window = WINDOWS[name]
    for value, wanted in zip(computed(window), window[recorded].values(), strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-11)


def test_the_recorded_windows_are_clipped_and_are_not() -> None:
    clips = {name: window["grads"] != window["clipped"] for name, window in WINDOWS.items()}
    assert clips["clipped"]
    assert not clips["typical"]


@pytest.mark.parametrize("which", range(5), ids=["Wxh", "Whh", "Why", "bh", "by"])
def test_gradients_agree_with_central_differences(which: int) -> None:
    inputs, targets, h_prev, *params = arguments(WINDOWS["typical"])
    gradient = unclipped(WINDOWS["typical"])[which]
    step = 1e-5
    for at in np.ndindex(*gradient.shape):
        losses = []
        for sign in (1, -1):
            moved = [p.copy() for p in params]
            moved[which][at] += sign * step
            Wxh, Whh, Why, bh, by = moved
            losses.append(forward(inputs, targets, h_prev, Wxh, Whh, Why, bh, by)[0])
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(gradient[at], rel=1e-6, abs=1e-8)


def test_two_steps_with_a_pencil() -> None:
    # V = 2 and N = 1: every quantity is one number with a name of its own.
    u0, u1, r, a, b, bias, h_start = 0.3, -0.7, 0.8, 1.1, -0.6, 0.2, 0.25
    h1 = math.tanh(u0 + r * h_start + bias)  # reads 0, should expect 1
    h2 = math.tanh(u1 + r * h1 + bias)  # reads 1, should expect 1
    q1, q2 = (1 / (1 + math.exp((a - b) * h)) for h in (h1, h2))  # of saying 1
    d1, d2 = 1 - q1, 1 - q2  # of the output for 0; that for 1 is the negative
    da2 = d2 * (a - b) * (1 - h2**2)
    da1 = (d1 * (a - b) + r * da2) * (1 - h1**2)
    window = np.array([0, 1]), np.array([1, 1]), np.array([[h_start]])
    params = (
        np.array([[u0, u1]]),
        np.array([[r]]),
        np.array([[a], [b]]),
        np.array([[bias]]),
        np.zeros((2, 1)),
    )
    loss, hs, _ = forward(*window, *params)
    assert loss == pytest.approx(-math.log(q1) - math.log(q2), rel=1e-13)
    np.testing.assert_allclose(hs, [[[h1]], [[h2]]], rtol=1e-12)
    dWxh, dWhh, dWhy, dbh, dby = backward(*window, *params)
    np.testing.assert_allclose(dWxh, [[da1, da2]], rtol=1e-12)
    np.testing.assert_allclose(dWhh, [[da1 * h_start + da2 * h1]], rtol=1e-12)
    np.testing.assert_allclose(dWhy, [[d1 * h1 + d2 * h2], [-d1 * h1 - d2 * h2]], rtol=1e-12)
    np.testing.assert_allclose(dbh, [[da1 + da2]], rtol=1e-12)
    np.testing.assert_allclose(dby, [[d1 + d2], [-d1 - d2]], rtol=1e-12)


@pytest.mark.parametrize("recorded", RECORDED["samples"], ids=["typical", "sizes of one"])
def test_samples_what_numpy_would_choose(recorded: dict[str, Any]) -> None:
    u = np.array(recorded["u"])
    ids = sample(np.array(recorded["h"]), recorded["seed_id"], len(u), u, params_of(recorded))
    assert ids.tolist() == recorded["ids"]
    assert len(set(ids.tolist())) > 1


def test_samples_nothing_when_asked_for_nothing() -> None:
    params = params_of(RECORDED["samples"][0])
    assert sample(np.zeros((4, 1)), 0, 0, np.array([]), params).shape == (0,)


def test_a_sample_on_the_edge_of_a_bin_belongs_to_the_next() -> None:
    # A state of zero says 0 and 1 equally often, so u = 1/2 lies on the edge.
    params = np.zeros((1, 2)), np.zeros((1, 1)), np.zeros((2, 1)), np.zeros((1, 1)), np.zeros((2, 1))
    u = np.array([0.0, 0.5 - 1e-6, 0.5, 1 - 1e-9])
    assert sample(np.zeros((1, 1)), 0, 4, u, params).tolist() == [0, 0, 1, 1]


def test_every_number_below_one_lies_on_the_ruler() -> None:
    # Ten times 0.1 adds up to slightly less than 1 and to no more than the largest number below it.
    params = np.zeros((1, 10)), np.zeros((1, 1)), np.zeros((10, 1)), np.zeros((1, 1)), np.zeros((10, 1))
    largest = float(np.nextafter(1.0, 0.0))
    assert np.cumsum(np.full(10, 0.1))[-1] <= largest
    assert sample(np.zeros((1, 1)), 0, 1, np.array([largest]), params).tolist() == [9]


@given(st.text(max_size=60))
def test_vocabulary_goes_there_and_back(text: str) -> None:
    characters, ids = vocabulary(text)
    assert characters == sorted(set(text))
    assert len(characters) == len(ids)
    assert "".join(characters[ids[character]] for character in text) == text


@given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 3))
def test_windows_by_the_formula(seq: int, more: int, position: int) -> None:
    ids = np.arange(seq + 1 + more)  # each id is its own place, so a window tells where it was cut
    h = np.ones((2, 1))
    for _ in range(8):
        before, carried = position, h
        inputs, targets, h, position = next_window(ids, seq, position, h)
        start = 0 if before + seq + 1 >= len(ids) else before
        assert inputs.tolist() == list(range(start, start + seq))
        assert targets.tolist() == list(range(start + 1, start + seq + 1))
        assert position == start + seq
        assert np.array_equal(h, np.zeros((2, 1)) if before + seq + 1 >= len(ids) else carried)


def test_a_text_too_short_for_a_window() -> None:
    with pytest.raises(ValueError, match="too few"):
        next_window(np.arange(5), 5, 0, np.zeros((2, 1)))
    with pytest.raises(ValueError, match="too few"):
        fit(np.zeros(5, dtype=int), 5, 3, 0.1, initial(2, 3, np.random.default_rng(0)))


@pytest.mark.parametrize("recorded", RECORDED["fits"], ids=["several rounds", "starts over each time"])
def test_fit_agrees_with_torch(recorded: dict[str, Any]) -> None:
    smoothed = fit(
        np.array(recorded["ids"]), recorded["seq"], recorded["steps"], recorded["lr"], params_of(recorded)
    )
    # A difference of loss counts for a thousandth in the smoothed loss, so this is held tight.
    np.testing.assert_allclose(smoothed, recorded["smoothed"], rtol=1e-13)


def test_trains_on_a_text_and_samples_from_it() -> None:
    text = pydoc_data.topics.topics["for"]
    characters, to_id = vocabulary(text)
    ids = np.array([to_id[character] for character in text])
    start, *_, end = islice(
        training(ids, 25, 0.1, initial(32, len(characters), np.random.default_rng(1))), 801
    )
    assert start[0] == pytest.approx(25 * math.log(len(characters)))
    assert end[0] < 0.8 * start[0]
    ids = sample(np.zeros((32, 1)), to_id["T"], 200, np.random.default_rng(2).uniform(size=200), end[2])
    assert "".join(characters[i] for i in ids).count(" ") > 10


def test_softmax_of_huge_numbers() -> None:
    ps = softmax(np.array([[[2000.0], [2000.0]], [[-2000.0], [-1000.0]]]))
    np.testing.assert_allclose(ps[..., 0], [[0.5, 0.5], [0.0, 1.0]])


def test_does_not_change_its_arguments() -> None:
    window = arguments(WINDOWS["clipped"])
    before = [value.copy() for value in window]
    backward(*window)
    fit(np.array([0, 1, 2, 1, 0]), 2, 3, 0.1, window[3:])
    for value, was in zip(window, before, strict=True):
        np.testing.assert_array_equal(value, was)
