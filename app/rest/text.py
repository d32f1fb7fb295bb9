"""Text, moments and identifiers from outside, checked before they reach a database."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from app.errors import NotFound

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
#: One short line for people: a name, an identifier of somebody else's system.
OneLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$"),
]


def ours(text: str, what: str) -> str:
    """`text` if it can be an identifier of ours at all. Raises NotFound naming `what` otherwise."""
    if _UUID.fullmatch(text) is None:
        raise NotFound(f"There is no {what} with this id. Take the id from a list or from what made it.")
    return text
