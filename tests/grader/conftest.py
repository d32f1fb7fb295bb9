"""The flagship, frozen once for all tests that only ask about numbers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings

from grader.freeze import freeze
from grader.problem import PROBLEMS, Problem, load_problem
from grader.signature import Signature
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

# Examples take as long as the machine lets them; no test here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def flagship() -> Problem:
    return load_problem(PROBLEMS / "train-rnn-lm")


@pytest.fixture(scope="session")
def version(flagship: Problem) -> Version:
    return asyncio.run(freeze(flagship, flagship.cases, InProcess()))


@pytest.fixture(scope="session")
def full() -> Problem:
    """The flagship's sibling, which returns all that a step makes."""
    return load_problem(PROBLEMS / "train-rnn-lm-full")


@pytest.fixture(scope="session")
def full_version(full: Problem) -> Version:
    return asyncio.run(freeze(full, full.cases, InProcess()))


@pytest.fixture
def make_problem(flagship: Problem) -> Callable[..., Problem]:
    """A problem of one's own: `reference` is the source of `solve`, `table` its sizes, inputs, outputs."""

    def make(reference: str, table: dict[str, Any], **changes: Any) -> Problem:
        return replace(
            flagship,
            slug="small",
            entry_point="solve",
            starter="def solve(*arguments):\n    return None\n",
            signature=Signature.model_validate(table),
            cases=(),
            mistakes=(),
            variants={},
            gradients=None,
            metamorphic=(),
            reference_modules={"reference.small": reference},
            reference_entry="reference.small.solve",
            **changes,
        )

    return make


@pytest.fixture(scope="session")
def flagship_mistakes(flagship: Problem) -> dict[str, str]:
    return {mistake.name: mistake.source for mistake in flagship.mistakes}
