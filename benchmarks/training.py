"""How long the language model needs for one epoch, beside the same in torch: one thread each.

The settings are those of "Dive into Deep Learning", section 9.5; the text is Python's documentation, which is
wherever Python is. Each epoch begins with the same parameters, so all ways must meet the same perplexity, and
a law says so.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from pydoc_data.topics import topics
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.findings import Effort, Findings, Row, row_of
from grader.sandbox.nursery import ONE_THREAD
from reference import char_lm, quick_char_lm, vocabulary
from reference.rnn import init_params
from reference.windows import windows

_REPEAT = 7
_STEPS, _HIDDEN, _BATCH, _LR, _THETA = 32, 32, 1024, 1.0, 1.0
_WINDOWS = 10_000
_SAME = {"float64": 1e-6, "float32": 1e-3}  # relatively, of perplexities after some steps
_ROOT = Path(__file__).parents[1]
TORCH = _ROOT / "var" / "oracles-venv" / "bin" / "python"
_MISSING = "torch is not measured: script/oracles installs it, in an environment of its own under var/."

#: Trains one epoch from the start, and says how long it took and what perplexity it met.
Epoch = Callable[[], tuple[float, float]]


@dataclass(frozen=True)
class Task:
    """What every way does: these batches, from these parameters."""

    X: char_lm.Array
    Y: char_lm.Array
    params: char_lm.Params

    @classmethod
    def drawn(cls, count: int) -> "Task":
        tokens, vocab = vocabulary.build("\n".join(topics.values()))
        corpus = np.array(vocabulary.encode(tokens, vocab))
        X, Y, *_ = windows(corpus, _STEPS, count, 0)
        rng = np.random.default_rng(0)
        order = rng.permutation(count)
        sizes = len(vocab), _HIDDEN, len(vocab)
        params = init_params(sizes, 0.01, rng.standard_normal(sum(sizes) * _HIDDEN))
        return cls(X[order], Y[order], params)

    def in_precision(self, name: str) -> "Task":
        return Task(self.X, self.Y, tuple(p.astype(name) for p in self.params))

    @property
    def batches(self) -> list[char_lm.Batch]:
        return [(self.X[i : i + _BATCH], self.Y[i : i + _BATCH]) for i in range(0, len(self.X), _BATCH)]


def run(effort: Effort) -> Findings:
    """Train an epoch in double precision, the textbook form and the quick one, and a quick one in single."""
    return measure(Task.drawn(_WINDOWS), effort.repeat or _REPEAT, TORCH)


def measure(task: Task, repeat: int, torch: Path) -> Findings:
    """The ways take turns, so that a machine whose speed drifts treats all alike; a first round warms up."""
    single, double = task.in_precision("float32"), task
    with ExitStack() as running:
        ways: dict[str, Epoch] = {}
        for precision, one in (("float64", double), ("float32", single)):
            if torch.exists():
                ways[f"torch, {precision}"] = running.enter_context(_torch(one, torch))
            if precision == "float64":
                ways["NumPy as in the textbook, float64"] = _numpy(char_lm.train_epoch, one)
            ways[f"NumPy arranged for speed, {precision}"] = _numpy(quick_char_lm.train_epoch, one)
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        met: dict[str, float] = {}
        for turn in range(repeat + 1):
            for name, epoch in ways.items():
                took, met[name] = epoch()
                if turn:
                    seconds[name].append(took)
    notes = () if torch.exists() else (_MISSING,)
    return Findings(_rows(seconds), notes, _disagreements(met))


def _rows(seconds: dict[str, list[float]]) -> list[Row]:
    rows = []
    for name, samples in seconds.items():
        beside = seconds.get(f"torch, {name.rpartition(' ')[2]}")
        rows.append(row_of(f"an epoch, {name}", samples, beside=None if name.startswith("torch") else beside))
    return rows


def _disagreements(met: dict[str, float]) -> list[str]:
    """Ways of one precision that did not meet the same perplexity: then their times mean nothing."""
    broken = []
    for name, perplexity in met.items():
        first, wanted = next(iter(met.items()))
        if not isclose(perplexity, wanted, rel_tol=_SAME[name.rpartition(" ")[2]]):
            broken.append(f"'{name}' meets a perplexity of {perplexity}, '{first}' one of {wanted}")
    return broken


def _numpy(train_epoch: Callable[..., tuple[float, char_lm.Params]], task: Task) -> Epoch:
    def epoch() -> tuple[float, float]:
        started = time.perf_counter()
        perplexity, _ = train_epoch(task.params, task.batches, _LR, _THETA)
        return time.perf_counter() - started, perplexity

    return epoch


@contextmanager
def _torch(task: Task, python: Path) -> Iterator[Epoch]:
    """A process that has torch, and trains an epoch whenever it is asked."""
    names = ("W_xh", "W_hh", "b_h", "W_hq", "b_q")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "task.npz"
        arrays: dict[str, Any] = dict(zip(names, task.params, strict=True))
        np.savez(file, X=task.X, Y=task.Y, size=_BATCH, lr=_LR, theta=_THETA, **arrays)
        command = [str(python), "-W", "ignore", str(Path(__file__).with_name("torch_epochs.py")), str(file)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(ONE_THREAD)
        ) as process:
            asked, answers = process.stdin, process.stdout
            assert asked is not None
            assert answers is not None

            def epoch() -> tuple[float, float]:
                asked.write("\n")
                asked.flush()
                answer = answers.readline()
                if not answer:
                    raise RuntimeError(f"torch's process ended; does {python} have a torch that works?")
                seconds, perplexity = json.loads(answer)
                return seconds, perplexity

            try:
                yield epoch
            finally:
                asked.close()
