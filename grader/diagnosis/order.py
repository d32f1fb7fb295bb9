"""Which output is the first wrong one, in the order in which a problem says they are computed."""

from grader import wording
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.known import listed
from grader.report import Diagnosis


def first_wrong(evidence: Evidence) -> Diagnosis | None:
    """Where to look, when nothing says why."""
    place = _place(evidence)
    if place is None:
        return None
    first, sentence = place
    look = evidence.version.signature.outputs[first].look
    return Diagnosis(
        kind="order",
        name=first,
        message=sentence + (wording.LOOK_AT.format(look=look) if look else ""),
        outputs=evidence.outputs(list(evidence.wrong)),
    )


def with_place(evidence: Evidence, found: Diagnosis) -> Diagnosis:
    """The diagnosis, and which output is the first that is wrong, where the problem has an order."""
    place = _place(evidence)
    return found if place is None else found.model_copy(update={"message": f"{found.message} {place[1]}"})


def _place(evidence: Evidence) -> tuple[str, str] | None:
    """The first wrong output and the sentence that says so; None where there is no order to speak of."""
    outputs = evidence.version.signature.outputs
    orders = {name: spec.order for name, spec in outputs.items() if spec.order is not None}
    wrong = {name.partition("[")[0] for name in evidence.wrong}
    if len(orders) < len(outputs) or len(outputs) == 1 or not wrong:
        return None
    in_order = sorted(outputs, key=lambda name: orders[name])
    first = next(name for name in in_order if name in wrong)
    right = in_order[: in_order.index(first)]
    if not right:
        return first, wording.FIRST_IS_WRONG.format(output=first)
    return first, wording.FIRST_WRONG.format(
        right=listed(right), are="are" if len(right) > 1 else "is", output=first
    )
