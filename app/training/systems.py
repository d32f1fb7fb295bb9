"""The systems of `reference/`, each trained on a text: a generator that tells how it goes.

Everything is drawn from the plan's seed, so the same plan and text give the same numbers.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from app.errors import Unusable
from app.training.progress import Event, Plan, Progress, Stopped, Unit, perplexity_of
from reference import char_lm, elman, elman_lm, gated_layers, quick_char_lm, vanilla, vocabulary
from reference.batches import batches
from reference.windows import windows

Array = char_lm.Array

LEAST = 2_000  # characters of a text
_STEPS = 32  # of a window, but for the vanilla RNN
_BLOWN_UP = "its loss is no longer a finite number; try a smaller --lr"


@dataclass(frozen=True, slots=True)
class System:
    """One of them: what it is, how it counts, what it does unless told otherwise."""

    title: str
    unit: Unit
    plan: Plan
    #: Raises Unusable for a text or a plan that will not do. None: it learns in the sandbox, by `by_code`.
    train: Callable[[str, Plan], Iterator[Event]] | None


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands inside the recurrent layer of a language model, and how its weights are drawn."""

    layer: char_lm.Layer
    #: From the parameters, the batches, the rate and the largest norm.
    train_epoch: Callable[
        [char_lm.Params, Iterable[char_lm.Batch], float, float], tuple[float, char_lm.Params]
    ]
    blocks: int  # of hidden units, side by side in each of its weights: one, or one for each gate
    biases: int
    scale: float  # of normal weights


def _gated(layer: char_lm.Layer, *, blocks: int, biases: int) -> _Cell:
    return _Cell(layer, partial(char_lm.train_epoch, layer=layer), blocks, biases, scale=0.1)


_PLAIN = _Cell(char_lm.RNN, quick_char_lm.train_epoch, blocks=1, biases=1, scale=0.01)
_LSTM = _gated(gated_layers.LSTM, blocks=4, biases=1)
_GRU = _gated(gated_layers.GRU, blocks=3, biases=2)


def language_model(text: str, plan: Plan) -> Iterator[Event]:
    """The model of `reference.char_lm` in the setting of "Dive into Deep Learning", section 9.5.

    Windows of 32 characters, the first 10,000 to learn from and the next 5,000 to be measured by (two thirds
    and one third of a shorter text's), batches of 1,024, gradients clipped to a norm of 1.
    """
    return _letter_model("language-model", text, plan, _PLAIN)


def lstm(text: str, plan: Plan) -> Iterator[Event]:
    """The same with LSTM cells."""
    return _letter_model("lstm", text, plan, _LSTM)


def gru(text: str, plan: Plan) -> Iterator[Event]:
    """The same with gated recurrent units."""
    return _letter_model("gru", text, plan, _GRU)


def _letter_model(who: str, text: str, plan: Plan, cell: _Cell) -> Iterator[Event]:
    corpus, vocab = _letters(text)
    prefix = _prefix(plan, vocab)
    count = len(corpus) - _STEPS
    n_train = min(10_000, count * 2 // 3)
    X, Y, *held_out = windows(corpus, _STEPS, n_train, min(5_000, count - n_train))
    X_val, Y_val = held_out
    rng = np.random.default_rng(plan.seed)
    params = _letter_params(cell, len(vocab), plan.hidden, rng)
    measure = list(_batches(X_val, Y_val, np.arange(len(X_val))))
    started = time.perf_counter()
    for epoch in range(1, plan.count + 1):
        train = _batches(X, Y, rng.permutation(len(X)))
        perplexity, params = cell.train_epoch(params, train, plan.lr, 1.0)
        validation = char_lm.perplexity(params, measure, cell.layer)
        if not math.isfinite(perplexity * validation):
            yield Stopped(who, "epoch", epoch, _BLOWN_UP)
            return
        sample = None
        if plan.samples(epoch - 1, epoch):
            sample = vocabulary.decode(char_lm.generate(prefix, 20, params, cell.layer).tolist(), vocab)
        yield Progress(
            who=who,
            unit="epoch",
            number=epoch,
            count=plan.count,
            loss=math.log(perplexity),
            perplexity=perplexity,
            validation_perplexity=validation,
            seconds=time.perf_counter() - started,
            sample=sample,
        )


def stacked_elman(text: str, plan: Plan) -> Iterator[Event]:
    """Two Elman layers above an embedding of 32, on windows side by side, the last tenth of them held out."""
    corpus, vocab = _letters(text)
    prefix = _prefix(plan, vocab)
    sequences = [corpus[i : i + _STEPS + 1] for i in range(0, len(corpus) - _STEPS, _STEPS)]
    held_out = max(1, len(sequences) // 10)
    learnt, measured = sequences[:-held_out], sequences[-held_out:]
    padding = vocab[vocabulary.UNKNOWN]  # which no text holds
    rng = np.random.default_rng(plan.seed)
    params = _elman_params(len(vocab), 32, plan.hidden, rng)
    measure = [(X, Y) for X, Y, _ in batches(measured, 256, np.arange(len(measured)), padding, False)]
    started = time.perf_counter()
    for epoch in range(1, plan.count + 1):
        order = rng.permutation(len(learnt))
        train = [(X, Y) for X, Y, _ in batches(learnt, 32, order, padding, False)]
        perplexity, params = elman_lm.train_epoch(params, train, plan.lr, padding)
        validation = elman_lm.evaluate(params, measure, padding)
        if not math.isfinite(perplexity * validation):
            yield Stopped("elman", "epoch", epoch, _BLOWN_UP)
            return
        yield Progress(
            who="elman",
            unit="epoch",
            number=epoch,
            count=plan.count,
            loss=math.log(perplexity),
            perplexity=perplexity,
            validation_perplexity=validation,
            seconds=time.perf_counter() - started,
            sample=_elman_sample(prefix, params, vocab) if plan.samples(epoch - 1, epoch) else None,
        )


def vanilla_rnn(text: str, plan: Plan) -> Iterator[Event]:
    """The character RNN with Adagrad on windows of 25; its loss is a window's sum, smoothed."""
    if len(text) < LEAST:
        raise Unusable(f"the text holds {len(text)} characters; give one of {LEAST:,} or more")
    window = 25
    characters, to_id = vanilla.vocabulary(text)
    prefix = _known(text[0] if plan.prefix is None else plan.prefix, to_id)
    ids = np.array([to_id[character] for character in text])
    rng = np.random.default_rng(plan.seed)
    start = _vanilla_params(len(characters), plan.hidden, rng)
    steps = islice(vanilla.training(ids, window, plan.lr, start), 1, plan.count + 1)
    started = time.perf_counter()
    for step, (smoothed, h, params) in enumerate(steps, 1):
        if not math.isfinite(smoothed):
            yield Stopped("vanilla", "step", step, _BLOWN_UP)
            return
        if step % plan.stride and step != plan.count:
            continue
        sample = None
        if plan.samples(step - plan.stride, step):
            sample = "".join(characters[i] for i in _vanilla_sample(prefix, h, params, rng))
        yield Progress(
            who="vanilla",
            unit="step",
            number=step,
            count=plan.count,
            loss=smoothed,
            perplexity=perplexity_of(smoothed / window),
            validation_perplexity=None,
            seconds=time.perf_counter() - started,
            sample=sample,
        )


SYSTEMS: Mapping[str, System] = {
    "language-model": System(
        "an RNN language model of letters, in the setting of Dive into Deep Learning",
        "epoch",
        Plan(count=20, hidden=32, lr=1.0, sample_every=5, prefix="time traveller"),
        language_model,
    ),
    "lstm": System(
        "the same with LSTM cells",
        "epoch",
        Plan(count=20, hidden=32, lr=4.0, sample_every=5, prefix="time traveller"),
        lstm,
    ),
    "gru": System(
        "the same with gated recurrent units",
        "epoch",
        Plan(count=20, hidden=32, lr=4.0, sample_every=5, prefix="time traveller"),
        gru,
    ),
    "elman": System(
        "an embedding, two Elman layers and a linear one",
        "epoch",
        Plan(count=10, hidden=64, lr=0.5, sample_every=2, prefix="time traveller"),
        stacked_elman,
    ),
    "vanilla": System(
        "a character RNN trained by Adagrad, which writes any character of its text",
        "step",
        Plan(count=10_000, hidden=100, lr=0.1, sample_every=2_000, prefix=None),
        vanilla_rnn,
    ),
    "rnn-lm": System(
        "the training step of train-rnn-lm-full: ours, or with --code yours, again and again",
        "step",
        Plan(count=4_000, hidden=64, lr=0.1, sample_every=1_000, prefix="time traveller"),
        None,
    ),
}


def _letters(text: str) -> tuple[Array, dict[str, int]]:
    """The normalised text as ids (N,), and its vocabulary."""
    tokens, vocab = vocabulary.build(text)
    if len(tokens) < LEAST:
        raise Unusable(f"the text holds {len(tokens)} letters and spaces; give one of {LEAST:,} or more")
    return np.array(vocabulary.encode(tokens, vocab)), vocab


def _prefix(plan: Plan, vocab: dict[str, int]) -> Array:
    """What samples begin with, as ids of normalised text."""
    return np.array(_known(vocabulary.normalise(plan.prefix or ""), vocab))


def _known(prefix: str, to_id: Mapping[str, int]) -> list[int]:
    """Raises Unusable for a prefix that is empty, or holds what the text does not."""
    if not prefix:
        raise Unusable("the prefix is empty; give at least one character to begin with")
    strange = sorted(set(prefix) - set(to_id))
    if strange:
        raise Unusable(f"the text never has {strange[0]!r}, which the prefix holds; give another --prefix")
    return [to_id[character] for character in prefix]


def _batches(X: Array, Y: Array, order: Array) -> Iterator[char_lm.Batch]:
    for start in range(0, len(order), 1024):
        rows = order[start : start + 1024]
        yield X[rows], Y[rows]


def _letter_params(cell: _Cell, tokens: int, hidden: int, rng: np.random.Generator) -> char_lm.Params:
    """Normal weights and biases of zero: those of the cell, then those of the output layer."""
    wide = cell.blocks * hidden
    return (
        cell.scale * rng.standard_normal((tokens, wide)),
        cell.scale * rng.standard_normal((hidden, wide)),
        *(np.zeros(wide) for _ in range(cell.biases)),
        cell.scale * rng.standard_normal((hidden, tokens)),
        np.zeros(tokens),
    )


def _elman_params(tokens: int, embedding: int, hidden: int, rng: np.random.Generator) -> elman.Params:
    """Embeddings of about 1; all other weights within 1 / sqrt(hidden), so that no state is saturated."""

    def uniform(*shape: int) -> Array:
        return rng.uniform(-1, 1, shape) / math.sqrt(hidden)

    layers = [
        (uniform(width, hidden), uniform(hidden, hidden), np.zeros(hidden)) for width in (embedding, hidden)
    ]
    return rng.standard_normal((tokens, embedding)), layers, uniform(hidden, tokens), np.zeros(tokens)


def _vanilla_params(characters: int, hidden: int, rng: np.random.Generator) -> vanilla.Params:
    """Weights that units can be told apart by: Adagrad's first step moves every one by the learning rate.

    From `vanilla.initial`, a hundredth each, ten thousand steps on tiny Shakespeare ended at losses from 53.7
    to 57.4 with eight seeds; from here at 49.8 to 51.8 with five of six, and at 55.5 with the other.
    """
    Wxh, Whh, Why, bh, by = vanilla.initial(hidden, characters, rng)
    return 50 * Wxh, 10 * Whh, 10 * Why, bh, by


def _elman_sample(prefix: Array, params: elman.Params, vocab: dict[str, int]) -> str:
    """The prefix and the 20 likeliest characters, one by one; each time all is read again."""
    ids = prefix.tolist()
    for _ in range(20):
        ids.append(int(elman.lm_forward(np.array([ids]), params)[0, -1].argmax()))
    return vocabulary.decode(ids, vocab)


def _vanilla_sample(
    prefix: Sequence[int], h: Array, params: vanilla.Params, rng: np.random.Generator
) -> list[int]:
    """The prefix, read from the state h that training is in, and 200 characters drawn after it.

    A state of zeros stands at the beginning of the text alone, and hardly anything is learnt about it.
    """
    Wxh, Whh, _, bh, _ = params
    for i in prefix[:-1]:
        h = vanilla.recur(h, i, Wxh, Whh, bh)
    drawn = vanilla.sample(h, prefix[-1], 200, rng.uniform(size=200), params)
    return [*prefix, *drawn.tolist()]
