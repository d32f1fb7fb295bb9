"""A frozen case and a signature of one's own, where a test asks about values alone."""

from typing import Any

from grader.cases import CaseSpec
from grader.judge import judge
from grader.report import CaseResult
from grader.sandbox.job import CaseOutcome, Limits, Value
from grader.signature import Signature
from grader.version import FrozenCase, Version

INPUTS = {"x": {"draw": "constant", "value": 1.0}, "w": {"draw": "normal", "shape": ["n", "m"]}}
TOLERANCES = {"y": 1e-6, "loss": 1e-6, "grads[0]": 1e-6, "grads[1]": 1e-6, "table['a']": 1e-6}


def signature(outputs: dict[str, Any]) -> Signature:
    sizes = {"n": {"min": 1, "max": 9}, "m": {"min": 1, "max": 9}}
    return Signature.model_validate({"sizes": sizes, "inputs": INPUTS, "outputs": outputs})


def case(
    expected: Value, *, public: bool = True, raises: tuple[str, ...] = (), inputs: tuple[Value, ...] = ()
) -> FrozenCase:
    visibility = "public" if public else "hidden"
    return FrozenCase(
        spec=CaseSpec.model_validate({"name": "a case", "visibility": visibility, "raises": raises}),
        weight=1.0,
        inputs=inputs,
        arguments=inputs,
        expected=expected,
        tolerances=TOLERANCES,
        conditions={},
        accepted={},
        mistakes={},
    )


def judged(one: FrozenCase, outcome: CaseOutcome, outputs: dict[str, Any]) -> CaseResult:
    """What comes of a case that ended so; it has been through JSON."""
    version = Version(
        id="v",
        problem="p",
        entry_point="f",
        signature=signature(outputs),
        limits=Limits(cpu_seconds=1, memory_mb=1),
        fresh_child_per_case=False,
        cases=(one,),
        mistakes={},
    )
    result = judge(version, one, outcome)
    assert CaseResult.model_validate_json(result.model_dump_json()) == result
    return result
