"""Whole systems that learn, tiny and for a moment; for long where the environment names the texts."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.errors import Unusable
from app.training import systems
from app.training.corpora import python_docs
from app.training.progress import Event, Plan, Progress, Stopped, perplexity_of
from app.training.systems import SYSTEMS
from reference.vanilla import recur

TEXT = python_docs()[:4_500]
TINY = {
    "language-model": Plan(count=8, hidden=12, lr=1.0, sample_every=3, prefix="time traveller"),
    "lstm": Plan(count=3, hidden=8, lr=2.0, sample_every=2, prefix="time traveller"),
    "gru": Plan(count=3, hidden=8, lr=2.0, sample_every=2, prefix="time traveller"),
    "elman": Plan(count=4, hidden=12, lr=0.5, sample_every=2, prefix="time traveller"),
    "vanilla": Plan(count=150, hidden=16, lr=0.1, sample_every=50, prefix=None),
}
each = pytest.mark.parametrize("name", TINY)


def events(name: str, plan: Plan, text: str = TEXT) -> list[Event]:
    train = SYSTEMS[name].train
    assert train is not None
    with np.errstate(all="ignore"):
        return list(train(text, plan))


def told(name: str, plan: Plan, text: str = TEXT) -> list[Progress]:
    found = [event for event in events(name, plan, text) if isinstance(event, Progress)]
    assert found
    return found


@each
def test_learns_and_tells_how_it_goes(name: str) -> None:
    progress = told(name, TINY[name])
    assert {(one.who, one.unit, one.count) for one in progress} == {
        (name, SYSTEMS[name].unit, TINY[name].count)
    }
    assert [one.number for one in progress] == list(range(1, TINY[name].count + 1))
    assert progress[-1].loss < progress[0].loss - 0.1
    assert progress[-1].perplexity < 0.9 * progress[0].perplexity
    seconds = [one.seconds for one in progress]
    assert seconds == sorted(seconds)
    if name == "vanilla":
        assert progress[-1].validation_perplexity is None
        assert progress[-1].perplexity == pytest.approx(perplexity_of(progress[-1].loss / 25))
    else:
        assert progress[-1].validation_perplexity < progress[0].validation_perplexity  # type: ignore[operator]
        assert progress[-1].loss == pytest.approx(np.log(progress[-1].perplexity))


@each
def test_the_same_seed_gives_the_same_and_another_another(name: str) -> None:
    plan = replace(TINY[name], seed=3)
    once, again = ([replace(one, seconds=0.0) for one in told(name, plan)] for _ in range(2))
    assert once == again
    assert told(name, replace(plan, seed=4))[-1].loss != once[-1].loss


@each
def test_samples_come_every_so_often_and_at_the_end(name: str) -> None:
    plan = replace(TINY[name], count=5, sample_every=2)
    assert [one.number for one in told(name, plan) if one.sample is not None] == [2, 4, 5]


@pytest.mark.parametrize("name", ["language-model", "lstm", "gru", "elman"])
def test_decodes_twenty_characters_after_time_traveller(name: str) -> None:
    sample = told(name, TINY[name])[-1].sample
    assert sample is not None
    assert sample.startswith("time traveller")
    assert len(sample) == len("time traveller") + 20
    assert set(sample) <= set("abcdefghijklmnopqrstuvwxyz ")


def test_samples_two_hundred_characters_of_the_text() -> None:
    sample = told("vanilla", replace(TINY["vanilla"], prefix="The "))[-1].sample
    assert sample is not None
    assert sample.startswith("The ")
    assert len(sample) == 204
    assert set(sample) <= set(TEXT)
    assert len(set(sample[4:])) > 5
    first = told("vanilla", replace(TINY["vanilla"], count=1))[-1].sample
    assert first is not None
    assert first[0] == TEXT[0]


def test_a_prefix_is_read_once() -> None:
    rng = np.random.default_rng(5)
    params = tuple(rng.standard_normal(shape) for shape in ((6, 4), (6, 6), (4, 6), (6, 1), (4, 1)))
    Wxh, Whh, Why, bh, by = params
    h = rng.standard_normal((6, 1))
    drawn = [
        systems._vanilla_sample(prefix, state, (Wxh, Whh, Why, bh, by), np.random.default_rng(1))
        for prefix, state in (([2, 0, 3], h), ([0, 3], recur(h, 2, Wxh, Whh, bh)))
    ]
    assert drawn[0] == [2, *drawn[1]]
    assert drawn[0][:3] == [2, 0, 3]


def test_a_long_run_is_told_a_hundred_times() -> None:
    plan = replace(TINY["vanilla"], count=250, sample_every=100)
    progress = told("vanilla", plan)
    assert [one.number for one in progress] == list(range(2, 251, 2))
    assert [one.number for one in progress if one.sample] == [100, 200, 250]


@pytest.mark.parametrize(("name", "lr"), [("language-model", np.inf), ("elman", 1e9), ("vanilla", np.inf)])
def test_a_model_that_blows_up_is_told(name: str, lr: float) -> None:
    last = events(name, replace(TINY[name], lr=lr))[-1]
    assert isinstance(last, Stopped)
    assert last.number < TINY[name].count
    assert "smaller --lr" in last.reason


@each
def test_a_text_that_is_too_short_is_refused(name: str) -> None:
    with pytest.raises(Unusable, match="2,000 or more"):
        events(name, TINY[name], TEXT[:1_500])


@each
@pytest.mark.parametrize(("prefix", "says"), [("", "empty"), ("Ωmega", "prefix")])
def test_a_prefix_that_will_not_do_is_refused(name: str, prefix: str, says: str) -> None:
    if name != "vanilla" and prefix:
        prefix, says = "time traveller", "never has 'v'"
    text = TEXT.replace("v", "w").replace("V", "w")
    with pytest.raises(Unusable, match=says):
        events(name, replace(TINY[name], prefix=prefix), text)


def text_of(variable: str) -> str:
    if variable not in os.environ:
        pytest.skip(f"{variable} names no file")
    return Path(os.environ[variable]).read_text(encoding="utf-8")


def test_the_time_machine_in_twenty_epochs() -> None:
    last = told("language-model", SYSTEMS["language-model"].plan, text_of("TIME_MACHINE"))[-1]
    assert last.validation_perplexity is not None
    assert last.validation_perplexity <= 10.3


def test_tiny_shakespeare_in_ten_thousand_steps() -> None:
    assert told("vanilla", SYSTEMS["vanilla"].plan, text_of("TINY_SHAKESPEARE"))[-1].loss <= 53
