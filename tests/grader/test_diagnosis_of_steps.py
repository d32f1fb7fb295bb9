"""Diagnosis where every gradient shows: which output, which mistake, and two of them at once."""

import asyncio

import pytest

from grader.grade import report_of
from grader.problem import Problem
from grader.report import Diagnosis
from grader.version import Version
from tests.grader.fake_sandbox import InProcess

RIGHT = """
import numpy as np

def train_step_full(tokens, w_emb, w_h, w_out, h0, lr):
    tok = tokens.astype(int)
    n, d = len(tok) - 1, w_emb.shape[1]
    concats, hs, ps = [], [], []
    loss, h = 0.0, h0
    for t in range(n):
        concat = np.concatenate([w_emb[tok[t]], h])
        h = np.tanh(concat @ w_h)
        z = h @ w_out
        z = z - z.max()
        log_p = z - np.log(np.exp(z).sum())
        loss -= log_p[tok[t + 1]] / n
        concats.append(concat)
        hs.append(h)
        ps.append(np.exp(log_p))
    de, dh_, do = np.zeros_like(w_emb), np.zeros_like(w_h), np.zeros_like(w_out)
    later = np.zeros_like(h0)
    for t in reversed(range(n)):
        dz = ps[t] / n
        dz[tok[t + 1]] -= 1 / n
        do += np.outer(hs[t], dz)
        back = w_out @ dz + later
        da = back * (1 - hs[t] ** 2)
        dh_ += np.outer(concats[t], da)
        dc = w_h @ da
        de[tok[t]] += dc[:d]
        later = dc[d:]
    return loss, w_emb - lr * de, w_h - lr * dh_, w_out - lr * do
"""


def diagnosis(version: Version, *changes: tuple[str, str]) -> Diagnosis | None:
    source = RIGHT
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return asyncio.run(report_of(version, source, InProcess())).diagnosis


def test_the_right_step(full_version: Version) -> None:
    assert diagnosis(full_version) is None


def test_every_known_mistake_is_named(full: Problem, full_version: Version) -> None:
    for mistake in full.mistakes:
        found = asyncio.run(report_of(full_version, mistake.source, InProcess())).diagnosis
        assert found is not None, mistake.name
        assert (found.kind, found.name) == ("mistake", mistake.name)
        assert found.message.startswith(mistake.message)
        assert set(found.outputs) <= set(mistake.outputs) or mistake.raises


def test_a_known_mistake_says_where_it_begins(full_version: Version) -> None:
    found = diagnosis(full_version, ("back = w_out @ dz + later", "back = w_out @ dz"))
    assert found is not None
    assert (found.kind, found.name) == ("mistake", "dh_next_missing")
    assert found.outputs == ["w_emb", "w_h"]
    assert found.message.endswith(
        "On every case loss and w_out are right, and w_h is the first that is wrong."
    )


def test_two_mistakes_that_share_the_outputs(full_version: Version) -> None:
    found = diagnosis(
        full_version, ("loss -= log_p[tok[t + 1]] / n", "loss -= log_p[tok[t + 1]]"), ("+ later", "")
    )
    assert found is not None
    assert (found.kind, set(found.name.split(" and "))) == ("mistake", {"loss_summed", "dh_next_missing"})
    assert "In loss: " in found.message
    assert "In w_emb and w_h: " in found.message


def test_two_mistakes_on_top_of_each_other(full_version: Version) -> None:
    found = diagnosis(
        full_version,
        ("+ later", ""),
        (
            "w_emb - lr * de, w_h - lr * dh_, w_out - lr * do",
            "w_emb + lr * de, w_h + lr * dh_, w_out + lr * do",
        ),
    )
    assert found is not None
    assert (found.kind, set(found.name.split(" and "))) == ("mistake", {"dh_next_missing", "sign_wrong"})
    assert found.message.startswith("Two mistakes at once. ")


def test_a_relation_on_top_of_a_mistake(full_version: Version) -> None:
    found = diagnosis(
        full_version,
        ("+ later", ""),
        (
            "w_emb - lr * de, w_h - lr * dh_, w_out - lr * do",
            "w_emb - lr * de / 3, w_h - lr * dh_ / 3, w_out - lr * do / 3",
        ),
    )
    assert found is not None
    assert found.name == "dh_next_missing and times 1/3"


RELATIONS = {
    "no step of one": ("w_h - lr * dh_", "w_h", "w_h_not_updated", ["w_h"]),
    "twice, in one": ("w_h - lr * dh_", "w_h - 2 * lr * dh_", "times 2", ["w_h"]),
    "by the rate twice": (
        "w_out - lr * do",
        "w_out - lr * lr * do",
        "learning_rate_twice",
        ["w_out"],
    ),
    "negated": ("w_emb - lr * de", "w_emb + lr * de", "sign_wrong", ["w_emb"]),
    "by a size": ("w_h - lr * dh_", "w_h - dh_ * lr * len(h0)", "times d_h", ["w_h"]),
    "gradient": ("w_h - lr * dh_", "dh_", "gradients_returned", ["w_h"]),
    "rows of the embedding alone": (
        "dc = w_h @ da",
        "dc = w_h @ da; dh_[d:] += 1e-2",
        "partly",
        ["w_h"],
    ),
    "rows shifted": ("w_emb - lr * de", "w_emb - lr * np.roll(de, 1, axis=0)", "shifted", ["w_emb"]),
}


@pytest.mark.parametrize(("old", "new", "name", "outputs"), RELATIONS.values(), ids=RELATIONS.keys())
def test_one_output(full_version: Version, old: str, new: str, name: str, outputs: list[str]) -> None:
    found = diagnosis(full_version, (old, new))
    assert found is not None
    assert (found.name, found.outputs) == (name, outputs)


def test_the_part_that_is_wrong_is_named_by_its_shape(full_version: Version) -> None:
    found = diagnosis(full_version, ("dc = w_h @ da", "dc = w_h @ da; dh_[d:] += 1e-2"))
    assert found is not None
    assert "All of w_h is right but for the last d_h rows" in found.message


def test_where_to_look_when_nothing_says_why(full_version: Version) -> None:
    found = diagnosis(full_version, ("da = back * (1 - hs[t] ** 2)", "da = back * np.cos(hs[t]) ** 3"))
    assert found is not None
    assert (found.kind, found.name, found.outputs) == ("order", "w_h", ["w_emb", "w_h"])
    assert found.message.startswith("On every case loss and w_out are right, and w_h is the first")
    assert "Look at the recursion of dh" in found.message


def test_the_first_output_of_all_is_wrong(full_version: Version) -> None:
    found = diagnosis(full_version, ("h = np.tanh(concat @ w_h)", "h = np.sin(concat @ w_h)"))
    assert found is not None
    assert (found.kind, found.name) == ("order", "loss")
    assert "Of what is computed, loss comes first and is wrong already" in found.message


@pytest.mark.parametrize(
    ("wrong", "name"), [("{} * np.inf", "not finite"), ("{}.astype(np.float16)", "imprecise")]
)
def test_three_outputs_are_listed(full_version: Version, wrong: str, name: str) -> None:
    step = "w_emb - lr * de, w_h - lr * dh_, w_out - lr * do"
    spoilt = step
    for gradient in ("de", "dh_", "do"):
        spoilt = spoilt.replace(f"lr * {gradient}", f"lr * {wrong.format(gradient)}")
    found = diagnosis(full_version, (step, spoilt))
    assert found is not None
    assert (found.name, found.outputs) == (name, ["w_emb", "w_h", "w_out"])
    assert " w_emb, w_h and w_out " in found.message


def test_lost_digits(full_version: Version) -> None:
    found = diagnosis(full_version, ("w_out - lr * do", "w_out - lr * do.astype(np.float16)"))
    assert found is not None
    assert (found.kind, found.name, found.outputs) == ("numerical", "imprecise", ["w_out"])


def test_numbers_that_ran_away(full_version: Version) -> None:
    found = diagnosis(full_version, ("w_h - lr * dh_", "w_h - lr * dh_ / np.zeros(())"))
    assert found is not None
    assert (found.kind, found.name, found.outputs) == ("numerical", "not finite", ["w_h"])
