"""Who of the class hands in what, and when: made up from a seed, with the problems' wrong code and right."""

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from app.demo.people import LEARNERS, Person
from grader.problem import Mistake, Problem

#: What the class learns, in this order: the longest track up to its loss, then the flagships.
COURSE = (
    "char-vocabulary",
    "shifted-windows",
    "one-hot-tokens",
    "init-params",
    "rnn-forward",
    "output-layer",
    "rnn-lm-forward",
    "lm-loss",
    "train-rnn-lm",
    "train-rnn-lm-full",
)
DAYS = 21
_EARNEST = 12  # tries that open the solution: it takes ten that differ
_ENDLESS = 2  # each costs the demo some seconds
_IMPORT = "import numpy as np\n"


@dataclass(frozen=True, slots=True)
class HandIn:
    """An attempt. `right` says whether it will be accepted."""

    moment: datetime
    learner: Person
    problem: str
    source: str
    right: bool


@dataclass(frozen=True, slots=True)
class LookUp:
    """The solution is opened."""

    moment: datetime
    learner: Person
    problem: str


Act = HandIn | LookUp


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a part of the class works; of a pair, one number at least and one at most."""

    learners: int
    problems: tuple[int, int]
    slips: tuple[int, int]  # wrong attempts at each problem
    first_day: tuple[int, int]
    tries_at_last: tuple[int, int] | None = None  # so many, and the last problem is not solved


_MANNERS = (
    _Manner(6, problems=(8, 10), slips=(0, 2), first_day=(0, 4)),
    _Manner(11, problems=(4, 7), slips=(0, 2), first_day=(0, 7)),
    _Manner(5, problems=(2, 5), slips=(0, 3), first_day=(0, 8), tries_at_last=(5, _EARNEST - 1)),
    _Manner(2, problems=(2, 5), slips=(0, 3), first_day=(0, 8), tries_at_last=(_EARNEST, _EARNEST)),
    _Manner(4, problems=(1, 2), slips=(1, 3), first_day=(16, 18)),
    _Manner(2, problems=(0, 0), slips=(0, 0), first_day=(3, 12)),
)


@dataclass(frozen=True, slots=True)
class Story:
    """All that happens, in the order in which it does."""

    signed_up: Sequence[tuple[Person, datetime]]
    acts: Sequence[Act]

    @property
    def days(self) -> list[list[Act]]:
        """What happens on each day on which anything does."""
        return [list(acts) for _, acts in groupby(self.acts, key=lambda act: act.moment.date())]

    @property
    def problems(self) -> list[str]:
        """Those that anybody hands in to, in the order of the course."""
        touched = {act.problem for act in self.acts}
        return [slug for slug in COURSE if slug in touched]

    @property
    def furthest(self) -> Person:
        """Who solves most."""
        return max(self.learners, key=lambda person: len(self.solved_by(person)))

    @property
    def most_stuck(self) -> tuple[Person, str]:
        """Who tries most often at a problem without ever getting it right, and at which."""
        hand_ins = [act for act in self.acts if isinstance(act, HandIn)]
        right = {(act.learner, act.problem) for act in hand_ins if act.right}
        tries = Counter((act.learner, act.problem) for act in hand_ins)
        return next(who for who, _ in tries.most_common() if who not in right)

    @property
    def learners(self) -> list[Person]:
        return [person for person, _ in self.signed_up]

    def solved_by(self, person: Person) -> set[str]:
        """The problems that somebody solves before they look the solution up."""
        read: set[str] = set()
        solved: set[str] = set()
        for act in self.acts:
            if act.learner != person or act.problem in read:
                continue
            if isinstance(act, LookUp):
                read.add(act.problem)
            elif act.right:
                solved.add(act.problem)
        return solved


def tell(problems: Mapping[str, Problem], seed: int, midnight: datetime) -> Story:
    """The story of the three weeks before `midnight`. At least one of COURSE is in `problems`."""
    rng = Random(f"handgrad demo {seed}")  # noqa: S311 - a story keeps no secret
    course = [problems[slug] for slug in COURSE if slug in problems]
    favourites = {one.slug: _by_popularity(rng, one) for one in course}
    learners = rng.sample(LEARNERS, len(LEARNERS))
    signed_up: list[tuple[Person, datetime]] = []
    acts: list[Act] = []
    for manner in _MANNERS:
        for _ in range(manner.learners):
            life = _Life(rng, learners.pop(), midnight - timedelta(days=DAYS), favourites)
            life.live(manner, course)
            signed_up.append((life.person, life.signed_up))
            acts += life.acts
    _let_some_not_end(rng, acts, problems)
    return Story(sorted(signed_up, key=lambda one: one[1]), sorted(acts, key=lambda act: act.moment))


class _Life:
    """One learner's three weeks."""

    def __init__(
        self, rng: Random, person: Person, begin: datetime, favourites: Mapping[str, Sequence[Mistake]]
    ) -> None:
        self.person = person
        self.signed_up = begin
        self.acts: list[Act] = []
        self._rng = rng
        self._begin = begin
        self._favourites = favourites
        self._now = begin

    def live(self, manner: _Manner, course: Sequence[Problem]) -> None:
        first = self._rng.randint(*manner.first_day)
        taken_up = course[: self._rng.randint(*manner.problems)]
        # Who reads the solution at the end of a day hands in once more on the next.
        last = DAYS - 1 if manner.tries_at_last is None else DAYS - 2
        days = sorted(self._rng.sample(range(first, last + 1), len(taken_up)))
        self._sit_down(days[0] if days else first)
        self.signed_up = self._now
        for problem, day in zip(taken_up, days, strict=True):
            self._sit_down(day)
            if manner.tries_at_last and problem is taken_up[-1]:
                self._get_stuck(problem, self._rng.randint(*manner.tries_at_last), day)
            else:
                self._solve(problem, self._rng.randint(*manner.slips))

    def _solve(self, problem: Problem, slips: int) -> None:
        for source in self._wrong(problem, slips):
            self._hand_in(problem, source, right=False)
        self._hand_in(problem, self._right(problem), right=True)
        if self._rng.random() < 0.3:  # some compare their own with ours
            self._look_up(problem)

    def _get_stuck(self, problem: Problem, tries: int, day: int) -> None:
        for source in self._wrong(problem, tries):
            self._hand_in(problem, source, right=False)
        if tries >= _EARNEST:
            self._look_up(problem)
            self._sit_down(day + 1)
            self._hand_in(problem, self._right(problem), right=True)

    def _sit_down(self, day: int) -> None:
        """Begin to work, early enough that even many tries end before midnight."""
        minutes = self._rng.randint(7 * 60, 17 * 60)
        self._now = max(self._now, self._begin + timedelta(days=day, minutes=minutes))

    def _hand_in(self, problem: Problem, source: str, *, right: bool) -> None:
        self._think()
        self.acts.append(HandIn(self._now, self.person, problem.slug, source, right))

    def _look_up(self, problem: Problem) -> None:
        self._think()
        self.acts.append(LookUp(self._now, self.person, problem.slug))

    def _think(self) -> None:
        self._now += timedelta(seconds=self._rng.randint(100, 1400))

    def _right(self, problem: Problem) -> str:
        return _as_handed_in(self._rng.choice(list(problem.variants.values())))

    def _wrong(self, problem: Problem, count: int) -> list[str]:
        """Wrong sources: known mistakes, those that many make more often; some mistyped, or not begun."""
        known = self._favourites[problem.slug]
        rarity = {one.name: place for place, one in enumerate(known, 1)}
        chosen = sorted(known, key=lambda one: self._rng.random() ** rarity[one.name], reverse=True)[:count]
        wrong = [self._mistyped(_as_handed_in(one.source)) for one in chosen]
        if wrong and self._rng.random() < 0.1:  # some hand in the starter, to see what happens
            wrong[0] = problem.starter
        return wrong

    def _mistyped(self, source: str) -> str:
        chance = self._rng.random()
        if chance < 0.08:  # one in twelve has a bracket too many,
            return f"{source.rstrip()})\n"
        if chance < 0.14:  # fewer forget the import
            return source.replace(_IMPORT, "").lstrip()
        return source


def _by_popularity(rng: Random, problem: Problem) -> list[Mistake]:
    """The mistakes that show, in some order: the class makes the first of them most often."""
    shown = [one for one in problem.mistakes if one.outputs]
    return rng.sample(shown, len(shown))


def _let_some_not_end(rng: Random, acts: list[Act], problems: Mapping[str, Problem]) -> None:
    """Put an endless loop in the place of a few wrong attempts."""
    wrong = [(place, act) for place, act in enumerate(acts) if isinstance(act, HandIn) and not act.right]
    for place, act in rng.sample(wrong, _ENDLESS):
        problem = problems[act.problem]
        source = _as_handed_in(next(iter(problem.variants.values())))
        acts[place] = replace(act, source=_endless(source, problem.entry_point))


def _endless(source: str, function: str) -> str:
    """The source with a loop in its function whose counter nobody moves."""
    (node,) = (
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name == function
    )
    lines = source.splitlines(keepends=True)
    before = node.body[0].lineno - 1
    indent = " " * node.body[0].col_offset
    lines[before:before] = [f"{indent}tries = 0\n", f"{indent}while tries < 3:\n", f"{indent}    pass\n"]
    return "".join(lines)


def _as_handed_in(source: str) -> str:
    """Without the comment in which its author says what is peculiar about it."""
    lines = source.splitlines(keepends=True)
    while lines and lines[0].startswith("#"):
        del lines[0]
    return "".join(lines).lstrip("\n")
