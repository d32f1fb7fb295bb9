"""Why the service says no: each refusal names the thing and the cure.

Services raise these; the edge turns them into a page or into `application/problem+json` (RFC 9457).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a form or a body."""

    field: str  # dotted path, as "source" or "sizes.T"
    message: str


class Refusal(Exception):
    """Something asked for cannot be done, through no fault of ours."""

    status = 400
    title = "Bad request"

    def __init__(
        self, detail: str, *, errors: tuple[FieldError, ...] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


class NotSignedIn(Refusal):
    status, title = 401, "Not signed in"


class NotAllowed(Refusal):
    status, title = 403, "Not allowed"


class NotFound(Refusal):
    status, title = 404, "Not found"


class Conflict(Refusal):
    status, title = 409, "Conflict"


class Stale(Refusal):
    status, title = 412, "Changed in the meantime"


class TooLarge(Refusal):
    status, title = 413, "Too large"


class Unusable(Refusal):
    status, title = 422, "Unusable input"


class NeedsIfMatch(Refusal):
    status, title = 428, "If-Match is missing"


class TooMany(Refusal):
    status, title = 429, "Too many requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class NotReady(Refusal):
    """Our own trouble, soon over: a worker is missing or a version is still being frozen."""

    status, title = 503, "Not ready"


class CannotStart(Exception):
    """The process cannot do its work at all; the message is for the operator."""
