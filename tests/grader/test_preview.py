"""What an instructor is told of a case before it is kept."""

import asyncio

import numpy as np
import pytest

from grader.cases import CaseSpec, UnusableCase
from grader.preview import CasePreview, preview, preview_of
from grader.problem import Problem
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

SIZES = {"T": 5, "V": 6, "d_emb": 2, "d_h": 3}


def previewed(flagship: Problem, **spec: object) -> CasePreview:
    new = CaseSpec.model_validate({"name": "mine", "sizes": SIZES, "seed": 5, **spec})
    return asyncio.run(preview(flagship, flagship.cases, new, InProcess()))


def test_a_public_case(flagship: Problem) -> None:
    found = previewed(flagship, visibility="public")
    assert [(one.name, one.kind, one.shape, one.symbolic) for one in found.inputs] == [
        ("tokens", "float64", [5], "(T,)"),
        ("w_emb", "float64", [6, 2], "(V, d_emb)"),
        ("w_h", "float64", [5, 3], "(d_emb + d_h, d_h)"),
        ("w_out", "float64", [3, 6], "(d_h, V)"),
        ("h0", "float64", [3], "(d_h,)"),
        ("lr", "float64", [], "()"),
    ]
    (output,) = found.outputs
    assert (output.name, output.shape, output.symbolic) == ("w_out", [18], "(d_h * V,)")
    assert output.tolerance is not None
    assert 0 < output.tolerance < 1e-5
    assert isinstance(output.value, list)
    assert len(output.value) == 18
    assert found.weight == 1
    caught, missed = ({one.name for one in some} for some in (found.caught, found.missed))
    assert "no_mean" in caught
    assert "unstable_softmax" in missed
    assert not caught & missed
    # What w_out cannot show is neither caught nor missed.
    assert {mistake.name for mistake in flagship.mistakes} - caught - missed == {
        mistake.name for mistake in flagship.mistakes if not mistake.outputs
    }
    assert "dh_next_missing" not in caught | missed
    assert found.adds == []
    assert CasePreview.model_validate_json(found.model_dump_json()) == found


def test_a_hidden_case_keeps_its_values(flagship: Problem) -> None:
    (output,) = previewed(flagship).outputs
    assert output.value is None


def test_a_case_that_learns_nothing_weighs_nothing(flagship: Problem) -> None:
    found = previewed(flagship, given={"lr": 0.0})
    assert found.weight == 0
    caught = {one.name for one in found.caught}
    assert caught >= {"gradient_returned", "fortran_flatten", "learning_rate_forgotten"}
    # Whatever is wrong with the gradient alone is multiplied by zero.
    assert caught.isdisjoint(
        {"no_mean", "sign_wrong", "learning_rate_twice", "onehot_forgotten", "h0_ignored"}
    )


def test_the_score_moves(flagship: Problem) -> None:
    (typical,) = (case for case in flagship.cases if case.name == "typical sizes")
    new = CaseSpec(name="mine", sizes=typical.sizes, seed=99)
    found = asyncio.run(preview(flagship, [typical], new, InProcess()))
    assert found.mutation_before.caught == 0
    assert "no_mean" in found.mutation_before.caught_once
    assert found.mutation_after.caught > 10
    # One case beside it catches none of them twice.
    assert found.adds == found.caught
    assert "unstable_softmax" in found.mutation_after.survivors


def test_an_unusable_case_is_refused(flagship: Problem) -> None:
    with pytest.raises(UnusableCase, match="Case 'mine': size 'T' is 1; set it from 2 to 500"):
        previewed(flagship, sizes={**SIZES, "T": 1})
    with pytest.raises(UnusableCase, match="named 'typical sizes' already"):
        previewed(flagship, name="typical sizes")


def test_of_a_case_in_a_version(version: Version) -> None:
    found = preview_of(version, "three tokens by hand")
    (output,) = found.outputs
    np.testing.assert_allclose(
        np.array(output.value), [0.8799, 0.1494, -1.0294, -0.0697, 0.8868, 0.6829], atol=5e-5
    )
    with pytest.raises(KeyError):
        preview_of(version, "no such case")
