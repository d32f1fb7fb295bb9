"""What explains a wrong answer: the cheapest explanation that holds on every failing case, or none.

Explainers stand in `_EXPLAINERS`, cheapest first; each looks at all failing cases and says what it found
or None. An explanation that two known mistakes give alike is none. Where nothing holds on all of them, the
cases that return and those that raise are explained apart.
"""

from collections.abc import Sequence

from grader import wording
from grader.diagnosis.apart import explained_apart
from grader.diagnosis.evidence import Evidence, Judged, evidence_of, may_be_explained
from grader.diagnosis.known import mistake_and_transform, one_mistake, one_or_two_causes
from grader.diagnosis.numerical import imprecise, not_finite
from grader.diagnosis.order import first_wrong, with_place
from grader.report import Diagnosis
from grader.version import Version

__all__ = ["Judged", "diagnose", "explains", "may_be_explained", "state_kept"]

_EXPLAINERS = (one_mistake, one_or_two_causes, not_finite, mistake_and_transform, imprecise)


def diagnose(version: Version, judged: Sequence[Judged]) -> Diagnosis | None:
    """What explains the failing cases, all at once or else in parts; or where to look first."""
    evidence = evidence_of(version, judged)
    if evidence is None:
        return None
    return _explained(evidence) or explained_apart(evidence, _explained) or first_wrong(evidence)


def _explained(evidence: Evidence) -> Diagnosis | None:
    """The one explanation that holds on every case of this evidence."""
    for explain in _EXPLAINERS:
        found = explain(evidence)
        if found:
            return with_place(evidence, found)
    return None


def explains(diagnosis: Diagnosis | None) -> bool:
    """Whether a diagnosis says why, and not only where."""
    return diagnosis is not None and diagnosis.kind != "order"


def state_kept(outputs: Sequence[str]) -> Diagnosis:
    """What to say of code that fails after other cases, and passes alone."""
    return Diagnosis(kind="state", name="state kept", message=wording.STATE_KEPT, outputs=list(outputs))
