"""A small language model that learns by somebody's own training step, some steps at a time.

The step runs in the sandbox like anything handed in; what comes back is checked before it is believed. The
loss on text that it never saw, and the text it writes, are computed here, by the reference.
"""

import io
from dataclasses import dataclass
from math import exp
from typing import Self

import numpy as np

from grader import wording
from grader.draws import Array
from grader.judge import beyond, not_compiled
from grader.runner import SandboxFailed
from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Job, Limits, Sandbox, Value
from reference.rnn_lm import lm_forward, write
from reference.vocabulary import normalise

#: The problem whose solutions can train a model.
PROBLEM = "train-rnn-lm-full"
ENTRY_POINT = "train_step_full"
# Beside the student's module: it walks the windows, so that a chunk of steps is one call.
_WALK = f"""
from submission import {ENTRY_POINT}

def walk(windows, w_emb, w_h, w_out, h0, lr):
    losses = []
    for tokens in windows:
        stepped = {ENTRY_POINT}(tokens, w_emb, w_h, w_out, h0, lr)
        if not isinstance(stepped, (tuple, list)) or len(stepped) != 4:
            return None  # raised here, it would be told with a line that is not the student's
        loss, w_emb, w_h, w_out = stepped
        losses.append(float(loss))
    return losses, w_emb, w_h, w_out
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is trained, and how long."""

    embedding: int = 16
    hidden: int = 64
    tokens: int = 33  # in a window: each makes one step fewer
    rate: float = 0.1
    steps: int = 4000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text as ids: most of it to learn from, its end to be measured by."""

    vocabulary: str  # an id is a place in it
    learnt: Array  # (L,) int64
    held_out: Array  # (H,)

    @classmethod
    def of(cls, text: str) -> Self:
        """Small letters and spaces; a tenth is held out. Raises ValueError when it is too short."""
        plain = normalise(text)
        vocabulary = "".join(sorted(set(plain)))
        ids = np.array([vocabulary.index(character) for character in plain], dtype=np.int64)
        if len(ids) < 2_000:
            raise ValueError(f"The text holds {len(ids)} letters and spaces; give one of 2,000 or more.")
        end = len(ids) * 9 // 10
        return cls(vocabulary, ids[:end], ids[end:])


@dataclass(frozen=True, slots=True)
class Parameters:
    """All that the model has learnt."""

    w_emb: Array  # (V, E)
    w_h: Array  # (E + H, H)
    w_out: Array  # (H, V)

    @classmethod
    def drawn(cls, setting: Setting, vocabulary: int) -> Self:
        """Small random ones, the same for the same seed."""
        rng = np.random.default_rng(setting.seed)
        inputs = setting.embedding + setting.hidden
        return cls(
            rng.normal(0, 0.1, (vocabulary, setting.embedding)),
            rng.normal(0, inputs**-0.5, (inputs, setting.hidden)),
            rng.normal(0, 0.1, (setting.hidden, vocabulary)),
        )

    def to_bytes(self) -> bytes:
        """As NumPy's own archive, without pickle."""
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, w_emb=self.w_emb, w_h=self.w_h, w_out=self.w_out)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return cls(archive["w_emb"], archive["w_h"], archive["w_out"])


class Ended(Exception):
    """Why a model cannot go on learning: a sentence for the one whose step it is."""


def windows(corpus: Corpus, setting: Setting, first: int, count: int) -> Array:
    """The windows of steps `first` to `first + count`, as ``(count, tokens)``; the same for every code."""
    starts = [
        int(np.random.default_rng([setting.seed, step]).integers(len(corpus.learnt) - setting.tokens))
        for step in range(first, first + count)
    ]
    return np.stack([corpus.learnt[start : start + setting.tokens] for start in starts]).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What some steps made."""

    parameters: Parameters
    loss: float  # the mean over these steps, each before its update
    cpu_seconds: float


async def learn(
    sandbox: Sandbox,
    source: str,
    setting: Setting,
    parameters: Parameters,
    window: Array,
    limits: Limits,
) -> Learnt:
    """Walk these windows with the step that `source` defines. Raises Ended, and SandboxFailed."""
    arguments: tuple[Value, ...] = (
        window,
        parameters.w_emb,
        parameters.w_h,
        parameters.w_out,
        np.zeros(setting.hidden),
        setting.rate,
    )
    modules = {"submission": source, "walk": _WALK}
    job = Job(modules, "walk.walk", [CaseInput(arguments, public=True)], limits)
    (outcome,) = [outcome async for outcome in sandbox.run(job)]
    losses, learnt = _checked(outcome, parameters, len(window), limits)
    return Learnt(learnt, float(losses.mean()), outcome.cpu_seconds)


def _checked(
    outcome: CaseOutcome, before: Parameters, steps: int, limits: Limits
) -> tuple[Array, Parameters]:
    if outcome.ending is not Ending.RETURNED:
        raise Ended(_how(outcome, limits))
    wanted = {
        "loss": (steps,),
        "w_emb": before.w_emb.shape,
        "w_h": before.w_h.shape,
        "w_out": before.w_out.shape,
    }
    if not isinstance(outcome.value, tuple) or len(outcome.value) != 4:
        raise Ended(f"{ENTRY_POINT} should return 4 values ({', '.join(wanted)}), and it does not.")
    arrays: list[Array] = []
    for (name, shape), value in zip(wanted.items(), outcome.value, strict=True):
        array = np.asarray(value if isinstance(value, np.ndarray | list) else np.nan, dtype=np.float64)
        if array.shape != shape:
            raise Ended(f"{name} has shape {array.shape} after these steps; {shape} is wanted.")
        if not np.isfinite(array).all():
            raise Ended(f"{name} holds NaN or infinity: the model has blown up.")
        arrays.append(array)
    losses, *learnt = arrays
    return losses, Parameters(*learnt)


def _how(outcome: CaseOutcome, limits: Limits) -> str:
    match outcome.ending:
        case Ending.TIME_LIMIT | Ending.MEMORY_LIMIT | Ending.OUTPUT_LIMIT:
            return beyond(outcome.ending, limits)
        case Ending.RAISED if outcome.error:
            error = outcome.error
            line = wording.LINE.format(line=error.line) if error.line else ""
            return wording.RAISED.format(kind=error.kind, text=error.message, line=line)
        case Ending.UNUSABLE_VALUE:
            return wording.UNUSABLE_VALUE
        case Ending.NOT_COMPILED:
            return not_compiled(outcome)
        case Ending.OUR_FAULT:
            raise SandboxFailed("The sandbox failed on a training step; try again.")
        case _:
            return wording.DIED


_MEASURED = 40  # windows of the text held out


def perplexity(corpus: Corpus, setting: Setting, parameters: Parameters) -> float:
    """On text that the model never saw: e to the mean loss of its first windows, each from a state of 0."""
    ids = corpus.held_out
    starts = range(0, min(len(ids) - setting.tokens, _MEASURED * setting.tokens), setting.tokens)
    h0 = np.zeros(setting.hidden)
    p = parameters
    with np.errstate(all="ignore"):
        losses = [
            lm_forward(ids[start : start + setting.tokens], p.w_emb, p.w_h, p.w_out, h0)[0]
            for start in starts
        ]
        return exp(min(float(np.mean(losses)), 50.0))


def line(corpus: Corpus, setting: Setting, parameters: Parameters, step: int, length: int = 70) -> str:
    """A line that the model writes after so many steps, the same for the same model and step."""
    uniforms = np.random.default_rng([setting.seed, step]).uniform(size=length)
    p = parameters
    first = corpus.vocabulary.index(" ") if " " in corpus.vocabulary else 0
    ids = write(first, uniforms, p.w_emb, p.w_h, p.w_out, np.zeros(setting.hidden))
    return "".join(corpus.vocabulary[i] for i in ids)
