"""Several mistakes at once, one of which decides whether anything is raised: cases that return, apart.

Which case belongs where is plain to see, so nothing is sorted by what would explain it. Each part is held to
the same explainers as all failing cases together, and its explanation says of which cases it speaks.
"""

from collections.abc import Callable

from grader import wording
from grader.diagnosis.evidence import Evidence, Failing
from grader.diagnosis.known import one_mistake_in_part
from grader.diagnosis.order import first_wrong
from grader.report import Diagnosis
from grader.sandbox.job import Ending

_Explain = Callable[[Evidence], Diagnosis | None]


def explained_apart(evidence: Evidence, explain: _Explain) -> Diagnosis | None:
    """What explains each kind of failing case; where nothing does, the first wrong output of what came."""
    refused = [one for one in evidence.failing if one.case.spec.raises]
    wanted = [one for one in evidence.failing if not one.case.spec.raises]
    returned = [one for one in wanted if one.outcome.ending is Ending.RETURNED]
    raised = [one for one in wanted if one.outcome.ending is Ending.RAISED]

    if len(evidence.failing) in map(len, (refused, returned, raised)):
        return None

    def told(words: str, failing: list[Failing], *explainers: _Explain) -> list[Diagnosis]:
        part = evidence.part(failing)
        explained = next((found for each in explainers if failing and (found := each(part))), None)
        return [_scoped(words, explained)] if explained else []

    found = told(wording.WHERE_A_VALUE_IS_WANTED, wanted, explain) if refused else []
    if raised and not found:
        found = told(wording.WHERE_A_VALUE_COMES, returned, explain)
        found += told(wording.WHERE_IT_RAISES, raised, explain)
    found += told(wording.WHERE_IT_SHOULD_RAISE, refused, explain, one_mistake_in_part)
    found = found or told(wording.WHERE_A_VALUE_COMES, returned, first_wrong)
    return _together(found) if found else None


def _scoped(words: str, found: Diagnosis) -> Diagnosis:
    return found.model_copy(update={"message": words.format(message=found.message)})


def _together(found: list[Diagnosis]) -> Diagnosis:
    return Diagnosis(
        kind=min(one.kind for one in found),  # of several, it is the mistake that teaches
        name=" and ".join(dict.fromkeys(one.name for one in found)),
        message=" ".join(one.message for one in found),
        outputs=list(dict.fromkeys(output for one in found for output in one.outputs)),
    )
