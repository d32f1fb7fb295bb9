"""A frozen case and a signature of one's own, where a test asks about values alone."""

from typing import Any

from grader.cases import CaseSpec
from grader.sandbox.job import Value
from grader.signature import Signature
from grader.version import FrozenCase

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
