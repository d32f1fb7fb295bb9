"""How a model is to be trained, and what is told while it is."""

from dataclasses import dataclass
from math import exp, inf
from typing import Literal

Unit = Literal["epoch", "step"]
_MOST_NATS = 50.0  # beyond it a perplexity says nothing, and further on it overflows


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person may choose. `count` and `sample_every` are epochs or steps, as the system counts."""

    count: int
    hidden: int
    lr: float
    sample_every: int
    prefix: str | None  # what samples begin with; None: the text's first character
    seed: int = 0

    def samples(self, before: int, now: int) -> bool:
        """Whether a sample is due, having come from `before` to `now`: every so often, and at the end."""
        return now == self.count or now // self.sample_every > before // self.sample_every

    @property
    def stride(self) -> int:
        """After how many steps something is told: a hundred times in all, but every 50 steps at least."""
        return min(max(1, self.count // 100), 50)


@dataclass(frozen=True, slots=True)
class Progress:
    """How well a model does after an epoch, or after some steps."""

    who: str  # the system, or whose training step it is
    unit: Unit
    number: int
    count: int
    loss: float  # in nats for one token; what the vanilla RNN smooths is the sum over a window
    perplexity: float  # met while training
    validation_perplexity: float | None  # on text that is never learnt from, where some is held out
    seconds: float  # since training began
    sample: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a model cannot go on learning: its code or its settings, never us."""

    who: str
    unit: Unit
    number: int  # so many epochs or steps were done
    reason: str


Event = Progress | Stopped


def perplexity_of(nats: float) -> float:
    """e to the mean loss; as many equally likely tokens would surprise as much."""
    return exp(min(nats, _MOST_NATS)) if nats == nats else inf  # noqa: PLR0124 - NaN alone differs from itself
