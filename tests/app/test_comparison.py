"""Two attempts beside each other: every line and every case is accounted for."""

from hypothesis import given
from hypothesis import strategies as st

from app.attempts.comparison import Line, changed_cases, changed_lines
from grader.report import CaseResult, Report
from grader.verdict import Verdict

_CODE = st.lists(st.sampled_from(["a", "b", "", "  c"]), max_size=40).map("\n".join)


def _report(**verdicts: Verdict) -> Report:
    cases = [
        CaseResult(
            name=name,
            visibility="public",
            weight=1,
            verdict=verdict,
            message="",
            cpu_seconds=0,
            wall_seconds=0,
        )
        for name, verdict in verdicts.items()
    ]
    return Report(
        problem="p",
        version="v",
        verdict=Verdict.WRONG_ANSWER,
        score=0,
        sandbox_tier="strict",
        wall_seconds=0,
        diagnosis=None,
        cases=cases,
    )


@given(_CODE, _CODE)
def test_the_changes_make_the_new_code_of_the_old(before: str, after: str) -> None:
    lines = [line for group in changed_lines(before, after) for line in group]
    new = dict(enumerate(after.split("\n"), 1))
    old = dict(enumerate(before.split("\n"), 1))
    for line in lines:
        assert line.before is None or old[line.before] == line.text
        assert line.after is None or new[line.after] == line.text
        assert (line.before is None, line.after is None) == (line.change == "added", line.change == "removed")
    removed = {line.before for line in lines if line.change == "removed"}
    added = {line.after for line in lines if line.change == "added"}
    assert [text for number, text in old.items() if number not in removed] == [
        text for number, text in new.items() if number not in added
    ]
    assert bool(lines) == (before != after)


def test_only_what_is_near_a_change_is_shown() -> None:
    before = "\n".join(f"line {number}" for number in range(1, 41))
    after = before.replace("line 5\n", "").replace("line 30", "line thirty")
    first, second = changed_lines(before, after)
    assert [line.before for line in first] == [2, 3, 4, 5, 6, 7, 8]
    assert first[3] == Line("removed", 5, None, "line 5")
    assert second[3:5] == [Line("removed", 30, None, "line 30"), Line("added", None, 29, "line thirty")]


def test_one_line_of_long_code_is_one_line() -> None:
    before = [f"line {number}" for number in range(5000)]
    after = [*before[:2500], "another", *before[2501:]]
    (lines,) = changed_lines("\n".join(before), "\n".join(after))
    assert [line.change for line in lines] == [*["same"] * 3, "removed", "added", *["same"] * 3]


def test_code_made_to_take_long_is_shown_as_old_and_new() -> None:
    before = "x\n" * 5000
    after = "".join(f"x\ny{number}\n" for number in range(5000)) + "z"
    (lines,) = changed_lines(before, after)
    changes = [line.change for line in lines]
    assert changes.count("removed") + changes.count("same") <= 5001 + 3
    assert changes == sorted(changes, key=["same", "removed", "added"].index)


def test_cases_that_ended_in_another_way_are_named() -> None:
    before = _report(a=Verdict.ACCEPTED, b=Verdict.WRONG_ANSWER, gone=Verdict.ACCEPTED)
    after = _report(a=Verdict.ACCEPTED, b=Verdict.ACCEPTED, new=Verdict.SKIPPED)
    told = [(case.name, case.before, case.after) for case in changed_cases(before, after)]
    assert told == [
        ("b", Verdict.WRONG_ANSWER, Verdict.ACCEPTED),
        ("new", None, Verdict.SKIPPED),
        ("gone", Verdict.ACCEPTED, None),
    ]
