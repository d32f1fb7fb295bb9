"""A model that learns by somebody's own step, in the real sandbox."""

from collections.abc import AsyncIterator
from pydoc_data.topics import topics

import numpy as np
import pytest

from grader.problem import PROBLEMS
from grader.sandbox.job import Limits
from grader.sandbox.pool import SandboxPool
from grader.training import Corpus, Ended, Parameters, Setting, learn, line, perplexity, windows
from reference.rnn_lm import train_step_full

pytestmark = pytest.mark.anyio
TEXT = " ".join(topics[name] for name in sorted(topics))[:60_000]
CORPUS = Corpus.of(TEXT)
SETTING = Setting(embedding=8, hidden=16, tokens=17, steps=60)
START = Parameters.drawn(SETTING, len(CORPUS.vocabulary))
RIGHT = (PROBLEMS / "train-rnn-lm-full/variants/vectorised.py").read_text()
LIMITS = Limits(cpu_seconds=5.0)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[SandboxPool]:
    async with SandboxPool(slots=1) as pool:
        yield pool


async def test_learns_the_same_as_the_reference_and_the_same_in_chunks(sandbox: SandboxPool) -> None:
    whole = windows(CORPUS, SETTING, 0, 60)
    once = await learn(sandbox, RIGHT, SETTING, START, whole, LIMITS)
    first = await learn(sandbox, RIGHT, SETTING, START, windows(CORPUS, SETTING, 0, 25), LIMITS)
    then = await learn(sandbox, RIGHT, SETTING, first.parameters, windows(CORPUS, SETTING, 25, 35), LIMITS)
    w_emb, w_h, w_out = START.w_emb, START.w_h, START.w_out
    losses = []
    for tokens in whole:
        loss, w_emb, w_h, w_out = train_step_full(
            tokens, w_emb, w_h, w_out, np.zeros(SETTING.hidden), SETTING.rate
        )
        losses.append(loss)
    for learnt in (once, then):
        np.testing.assert_allclose(learnt.parameters.w_emb, w_emb, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(learnt.parameters.w_h, w_h, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(learnt.parameters.w_out, w_out, rtol=1e-9, atol=1e-12)
    assert once.loss == pytest.approx(np.mean(losses))


async def test_text_never_seen_becomes_less_surprising(sandbox: SandboxPool) -> None:
    untaught = perplexity(CORPUS, SETTING, START)
    assert untaught == pytest.approx(len(CORPUS.vocabulary), rel=0.1)
    learnt = await learn(sandbox, RIGHT, SETTING, START, windows(CORPUS, SETTING, 0, 400), LIMITS)
    assert perplexity(CORPUS, SETTING, learnt.parameters) < 0.75 * untaught


def test_parameters_survive_being_stored() -> None:
    again = Parameters.from_bytes(START.to_bytes())
    np.testing.assert_array_equal(again.w_h, START.w_h)
    np.testing.assert_array_equal(again.w_emb, START.w_emb)
    np.testing.assert_array_equal(again.w_out, START.w_out)


def test_a_line_is_made_of_the_corpus_and_the_same_each_time() -> None:
    written = line(CORPUS, SETTING, START, step=3)
    assert len(written) == 70
    assert set(written) <= set(CORPUS.vocabulary)
    assert line(CORPUS, SETTING, START, step=3) == written != line(CORPUS, SETTING, START, step=4)


STEP = "def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):\n    "


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise ValueError('my own words')", r"ValueError: my own words \(line 2\)"),
        ("return 1.0, w_emb, w_h, w_out.T", r"w_out has shape \(27, 16\) after these steps; \(16, 27\)"),
        ("return 1.0, w_emb, w_h * float('nan'), w_out", "w_h holds NaN or infinity"),
        ("return 1.0, w_emb, w_h, None", "w_out has shape"),
        ("return w_out", "should return 4 values"),
        ("while True: pass", "ran longer than 0.2 s"),
        ("return 1.0, object(), w_h, w_out", "cannot be compared"),
    ],
)
async def test_a_step_that_fails_is_told_so(sandbox: SandboxPool, body: str, reason: str) -> None:
    quick = Limits(cpu_seconds=0.2)
    with pytest.raises(Ended, match=reason):
        await learn(sandbox, STEP + body, SETTING, START, windows(CORPUS, SETTING, 0, 3), quick)


def test_a_text_too_short_to_learn_from() -> None:
    with pytest.raises(ValueError, match="holds 11 letters and spaces"):
        Corpus.of("Hello, world")
