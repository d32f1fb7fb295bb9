"""How the matrix of mistakes and cases is drawn."""

import pytest

from app.catalogue.matrix import rows
from grader.quality import CaseQuality, Margin, MistakeQuality, Quality
from grader.version import MutationScore


def mistake(name: str, *margins: Margin, observable: bool = True) -> MistakeQuality:
    return MistakeQuality(
        name=name,
        message="What you did.",
        outputs=["w"],
        observable=observable,
        caught_by=sum(margin.caught for margin in margins),
        margins=list(margins),
    )


def drawn(*mistakes: MistakeQuality) -> Quality:
    return Quality(
        mutation=MutationScore(
            total=0, caught=0, score=1.0, survivors=[], caught_once=[], unobservable=["none"]
        ),
        outputs=[],
        cases=[CaseQuality(name="a", visibility="hidden", caught=0, needed_for=[], condition=1.0)],
        mistakes=list(mistakes),
    )


def caught(margin: float | None) -> Margin:
    return Margin(caught=True, margin=margin, outputs=["w"])


MISSED = Margin(caught=False, margin=0.2, outputs=[])


@pytest.mark.parametrize(
    ("margin", "text", "level"),
    [
        (MISSED, "", 0),
        (caught(1.01), "0", 1),
        (caught(9.9), "0", 1),
        (caught(10.0), "1", 2),
        (caught(4.7e4), "4", 3),
        (caught(1e6), "6", 4),
        (caught(None), "∞", 4),
    ],
)
def test_a_cell_tells_the_margin_by_its_power_of_ten(margin: Margin, text: str, level: int) -> None:
    ((cell,),) = [row.cells for row in rows(drawn(mistake("one", margin)))]
    assert (cell.text, cell.level) == (text, level)


def test_the_mistakes_that_the_fewest_cases_catch_stand_first() -> None:
    twice = mistake("twice", caught(1e4), caught(1e4))
    once = mistake("once", MISSED, caught(1e4))
    unseen = mistake("unseen", MISSED, MISSED, observable=False)
    assert [(row.mistake.name, row.lacking) for row in rows(drawn(twice, unseen, once))] == [
        ("once", True),
        ("twice", False),
    ]
