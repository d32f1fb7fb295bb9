"""A whole training by somebody's own step, in the real sandbox."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.errors import Unusable
from app.training import by_code
from app.training.corpora import python_docs
from app.training.progress import Event, Plan, Progress, Stopped
from grader.problem import PROBLEMS
from grader.sandbox.pool import SandboxPool

pytestmark = pytest.mark.anyio
FOLDER = PROBLEMS / "train-rnn-lm-full"
RIGHT = (FOLDER / "variants/vectorised.py").read_text(encoding="utf-8")
WRONG = (FOLDER / "mistakes/dh_next_missing.py").read_text(encoding="utf-8")
TEXT = python_docs()[:12_000]
PLAN = Plan(count=100, hidden=12, lr=0.1, sample_every=60, prefix="time traveller")
RAISES = """
def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    if tokens[0] == tokens[1]:
        raise KeyError("what now")
    return 3.3, w_emb, w_h, w_out
"""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[SandboxPool]:
    async with SandboxPool(slots=1) as pool:
        yield pool


async def events(sandbox: SandboxPool, plan: Plan = PLAN, text: str = TEXT, **codes: str) -> list[Event]:
    return [event async for event in by_code.train(text, plan, codes, sandbox)]


async def test_learns_and_samples_two_hundred_characters(sandbox: SandboxPool) -> None:
    told = [one for one in await events(sandbox, mine=RIGHT) if isinstance(one, Progress)]
    assert [one.number for one in told] == list(range(1, 101))
    assert {one.who for one in told} == {"mine"}
    assert told[-1].validation_perplexity < told[0].validation_perplexity - 1  # type: ignore[operator]
    samples = [(one.number, one.sample) for one in told if one.sample is not None]
    assert [number for number, _ in samples] == [60, 100]
    for _, sample in samples:
        assert sample.startswith("time traveller")
        assert len(sample) == len("time traveller") + 200


async def test_a_race_is_run_from_one_start_on_the_same_windows(sandbox: SandboxPool) -> None:
    plan = replace(PLAN, count=20)
    told = await events(sandbox, plan, mine=RIGHT, mistake=WRONG, again=RIGHT)
    assert [event.who for event in told[:3]] == ["mine", "mistake", "again"]
    mine, mistake, again = (
        [replace(one, who="", seconds=0.0) for one in told if isinstance(one, Progress) and one.who == who]
        for who in ("mine", "mistake", "again")
    )
    assert mine == again
    assert mine[0].loss == pytest.approx(mistake[0].loss)  # told before the first update
    assert mine[-1].loss != mistake[-1].loss


async def test_code_that_raises_midway_is_told_and_the_other_goes_on(sandbox: SandboxPool) -> None:
    told = await events(sandbox, replace(PLAN, count=200), mine=RAISES, ours=RIGHT)
    (stopped,) = (event for event in told if isinstance(event, Stopped))
    assert stopped.who == "mine"
    assert stopped.number > 0
    assert "KeyError" in stopped.reason
    assert "what now" in stopped.reason
    assert "(line 4)" in stopped.reason
    assert told[-1].who == "ours"
    assert told[-1].number == 200
    assert [event.number for event in told if event.who == "mine"][-2:] == [stopped.number] * 2


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def train_step_full(:", "SyntaxError on line 1"),
        ("def train_step(): pass", "train_step_full"),
        ("def train_step_full(*_):\n    return None", "should return 4 values"),
        ("import socket", "You can import"),
    ],
)
async def test_code_that_never_learns_says_why(sandbox: SandboxPool, source: str, says: str) -> None:
    (stopped,) = await events(sandbox, mine=source)
    assert isinstance(stopped, Stopped)
    assert stopped.number == 0
    assert says in stopped.reason


async def test_texts_and_prefixes_that_will_not_do_are_refused(sandbox: SandboxPool) -> None:
    with pytest.raises(Unusable, match=r"2,000 or more"):
        await events(sandbox, text="too short", mine=RIGHT)
    with pytest.raises(Unusable, match="--prefix"):
        await events(sandbox, replace(PLAN, prefix=""), mine=RIGHT)
