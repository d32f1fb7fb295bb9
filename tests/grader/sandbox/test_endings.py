"""How a case ends, what is told of it, and what is not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from grader.sandbox.job import CaseInput, CaseOutcome, Ending, Job, Limits
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import LIMITS, Run, job

pytestmark = pytest.mark.anyio


def endings(outcomes: Sequence[CaseOutcome]) -> list[str]:
    return [outcome.ending.value for outcome in outcomes]


async def test_values_go_in_and_come_out(run: Run) -> None:
    array = np.arange(6.0).reshape(2, 3)
    (outcome,) = await run(
        "def solve(a, text, n, nothing):\n    a += 1\n    return {'a': a, 'rest': (text, n, nothing)}",
        [(array, "ü", 2**80, None)],
    )
    assert outcome.ending is Ending.RETURNED
    assert np.array_equal(outcome.value["a"], array + 1)
    assert outcome.value["rest"] == ("ü", 2**80, None)
    assert np.array_equal(array, np.arange(6.0).reshape(2, 3)), "the caller's array is its own"


async def test_layouts_arrive(run: Run) -> None:
    array = np.arange(24.0).reshape(4, 6)
    source = "def solve(a):\n    return [a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable]"
    outcomes = await run(source, [(array,), (np.asfortranarray(array),), (array[::2, ::2],)])
    assert [o.value for o in outcomes] == [[True, False, True], [False, True, True], [False, False, True]]


async def test_a_syntax_error_has_line_and_column(run: Run) -> None:
    outcomes = await run("def solve(x):\n    return x +\n", [(1,)], [(2,)])
    assert endings(outcomes) == ["not_compiled", "not_compiled"]
    for outcome in outcomes:
        assert (outcome.error.kind, outcome.error.line, outcome.error.column) == ("SyntaxError", 2, 15)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def other():\n    return 1", "defines no function named solve"),
        ("solve = 3", "solve is not a function"),
        ("#" * 70_000, "larger than 64 KiB"),
    ],
)
async def test_not_compiled(run: Run, source: str, says: str) -> None:
    (outcome,) = await run(source)
    assert outcome.ending is Ending.NOT_COMPILED
    assert says in outcome.error.message


async def test_an_error_in_the_body_is_every_cases(run: Run) -> None:
    outcomes = await run("import numpy\nx = 1 / 0\ndef solve(x):\n    return x", [(1,)], [(2,)])
    assert endings(outcomes) == ["raised", "raised"]
    assert [(o.error.kind, o.error.line) for o in outcomes] == [("ZeroDivisionError", 2)] * 2


async def test_wrong_arity_has_no_line(run: Run) -> None:
    (outcome,) = await run("def solve(x):\n    return x", [(1, 2)])
    assert outcome.ending is Ending.RAISED
    assert outcome.error.message == "solve() takes 1 positional argument but 2 were given"
    assert outcome.error.line is None


async def test_a_class_of_ones_own_has_a_built_in_one(run: Run) -> None:
    source = "import numpy as np\ndef solve():\n    np.linalg.inv(np.zeros((2, 2)))"
    outcomes = await run(source, [()], [()])
    assert [(o.error.kind, o.error.built_in) for o in outcomes] == [
        ("LinAlgError", "ValueError"),
        ("ValueError", "ValueError"),
    ]


async def test_modules_import_each_other(strict: SandboxPool) -> None:
    modules = {
        "reference.halves": "def half(x):\n    return x / 2",
        "reference.model": "from reference.halves import half\ndef step(x):\n    return half(x)",
    }
    composed = Job(modules, "reference.model.step", [CaseInput((3.0,), public=True)])
    (outcome,) = [outcome async for outcome in strict.run(composed)]
    assert outcome.value == 1.5


async def test_prints_are_kept_for_public_cases_only(run: Run) -> None:
    source = "import sys\ndef solve(x):\n    print('x is', x)\n    print('oh', file=sys.stderr)\n    return x"
    outcomes = await run(source, [(1,), (2,)], [(3,)])
    assert [o.printed for o in outcomes] == ["x is 1\noh\n", "x is 2\noh\n", None]


async def test_text_is_cleaned(run: Run) -> None:
    source = "def solve():\n    print('a\\x00\\x1b[1m\\u202eb\\ud800')\n    raise ValueError('c\\x07' * 1000)"
    (outcome,) = await run(source)
    assert outcome.printed == "a[1mb?\n"
    assert set(outcome.error.message) <= {"c", "…"}
    assert len(outcome.error.message) <= 600


async def test_no_path_of_the_host_is_told(run: Run) -> None:
    source = "from numpy import nothing_of_the_kind\ndef solve():\n    pass"
    (outcome,) = await run(source)
    assert "numpy/__init__.py" in outcome.error.message
    assert "(/" not in outcome.error.message


async def test_hidden_inputs_do_not_get_out(run: Run) -> None:
    source = """
class Leak(Exception):
    pass

def solve(secret, way):
    print(secret)
    if way == "name":
        raise type(secret, (Leak, KeyError), {})(secret)
    if way == "type":
        return type(secret, (), {})()
    if way == "line":
        exec(compile("\\n" * len(secret) + "1 / 0", "solution.py", "exec"))
    if way == "exit":
        raise SystemExit(secret)
"""
    ways = [("XYZZY", way) for way in ("name", "type", "line", "exit", "")]
    outcomes = await run(source, [("open", "")], ways)
    assert endings(outcomes[1:]) == ["raised", "unusable_value", "raised", "raised", "returned"]
    for outcome in outcomes[1:]:
        assert outcome.printed is None
        assert "XYZZY" not in repr(outcome)
        assert outcome.error is None or outcome.error.line is None
    assert [o.error.kind for o in outcomes[1:5]] == [
        "KeyError",
        "TypeError",
        "ZeroDivisionError",
        "SystemExit",
    ]


async def test_a_line_is_told_where_a_public_case_failed_too(run: Run) -> None:
    source = "def solve(x):\n    if x == 1:\n        return 1 / 0\n    return [][x]"
    outcomes = await run(source, [(1,)], [(1,), (2,)])
    assert [o.error.line for o in outcomes] == [3, 3, None]


@pytest.mark.parametrize(("next_one", "ending"), [("public", "returned"), ("hidden", "time_limit")])
async def test_a_hidden_case_is_not_sent_ahead(run: Run, next_one: str, ending: str) -> None:
    source = """
import random, sys
def solve(x):
    conversation = sys._getframe(2).f_locals["conversation"]
    return conversation._end > conversation._start or len(random._os.read(3, 5)) > 0
"""
    outcomes = await (run(source, [(1,), (2,)]) if next_one == "public" else run(source, [(1,)], [(2,)]))
    assert outcomes[0].ending == ending


async def test_two_limits_skip_the_rest(run: Run) -> None:
    source = "def solve(x):\n    while x:\n        pass\n    return x"
    outcomes = await run(source, [(0,), (1,), (0,)], [(1,), (0,)])
    assert endings(outcomes) == ["returned", "time_limit", "returned", "time_limit", "skipped"]


async def test_a_new_child_after_a_death(run: Run) -> None:
    source = """
import random
n = 0
def solve(x):
    global n
    n += 1
    if x:
        random._os._exit(0)
    return n
"""
    outcomes = await run(source, [(0,), (0,), (1,), (0,)])
    assert endings(outcomes) == ["returned", "returned", "died", "returned"]
    assert [o.value for o in outcomes] == [1, 2, None, 1]


async def test_state_stays_within_a_child(run: Run) -> None:
    source = "n = 0\ndef solve():\n    global n\n    n += 1\n    return n"
    assert [o.value for o in await run(source, [()] * 3)] == [1, 2, 3]
    assert [o.value for o in await run(source, [()] * 3, fresh_child_per_case=True)] == [1, 1, 1]


async def test_prints_count_over_the_whole_job(run: Run) -> None:
    source = "import random\ndef solve(x):\n    print('x' * 30)\n    x and random._os._exit(0)"
    limits = Limits(cpu_seconds=LIMITS.cpu_seconds, printed_bytes=100)
    outcomes = await run(source, [(0,), (1,), (0,), (0,), (0,)], limits=limits)
    assert endings(outcomes) == ["returned", "died", "returned", "returned", "output_limit"]


async def test_memory_counts_above_the_baseline(run: Run) -> None:
    source = "import numpy as np\ndef solve(mb):\n    return float(np.ones(mb * 2**17).sum())"
    outcomes = await run(source, [(LIMITS.memory_mb // 2,), (LIMITS.memory_mb + 1,)])
    assert endings(outcomes) == ["returned", "memory_limit"]


async def test_what_refers_to_itself_is_collected(run: Run) -> None:
    """As in any Python: else code that makes many cycles would run out of memory here alone."""
    source = """
import numpy as np
def solve(mb):
    for _ in range(4 * mb):
        cycle = [np.ones(2**15)] + [[] for _ in range(100)]
        cycle.append(cycle)
    return True
"""
    (outcome,) = await run(source, [(2 * LIMITS.memory_mb,)], limits=Limits(memory_mb=LIMITS.memory_mb))
    assert outcome.ending is Ending.RETURNED


async def test_time_is_the_cases_own(run: Run) -> None:
    source = """
import time
def solve(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
"""
    outcomes = await run(source, [(0.2,)] * 4)
    assert endings(outcomes) == ["returned"] * 4, "0.8 s in all, 0.3 s each"
    assert all(outcome.cpu_seconds >= 0.19 for outcome in outcomes)


@pytest.mark.parametrize(
    "wrong",
    [{"entry": "other.solve"}, {"cases": [CaseInput((), public=False), CaseInput((), public=True)]}],
)
async def test_a_job_that_cannot_be_meant(strict: SandboxPool, wrong: dict[str, Any]) -> None:
    settings: dict[str, Any] = {"modules": {"solution": ""}, "entry": "solution.solve", "cases": []} | wrong
    with pytest.raises(ValueError, match=r"The entry|The public"):
        await anext(strict.run(Job(**settings)))


async def test_a_job_without_cases(strict: SandboxPool) -> None:
    assert [outcome async for outcome in strict.run(job("", []))] == []
