"""How often somebody may ask: a bucket of tokens for each, refilled at a steady rate.

Counted in this process: several services behind a balancer each allow this much.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.errors import TooMany


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once and `per_minute` in the long run."""

    burst: int
    per_minute: float
    what: str = "requests"


#: Attempts and other writes of one user, by REST and by page alike.
WRITES = Rate(burst=30, per_minute=60)
#: Runs of one user, which leave all of the above to attempts.
RUNS = Rate(burst=30, per_minute=60, what="runs")
#: Saves of one user's drafts: an editor that is typed in sends one every two seconds.
DRAFTS = Rate(burst=60, per_minute=90)
#: Guesses at the password of one e-mail from one address.
SIGN_INS = Rate(burst=10, per_minute=5)
#: Guesses from one address, whatever the e-mails: each costs a password hash. A class may share one address.
SIGN_INS_OF_ADDRESS = Rate(burst=100, per_minute=100)
#: Exports of one user: all that somebody handed in is read at once.
EXPORTS = Rate(burst=5, per_minute=2, what="exports")
#: New accounts from one address.
SIGN_UPS = Rate(burst=100, per_minute=30)


class Limits:
    """Everybody's buckets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[tuple[Rate, str], float] = {}  # when the bucket will have refilled
        self._forget_above = 10_000  # grows with the buckets in use, so that forgetting stays rare

    def spend(self, rate: Rate, who: str) -> None:
        """Take one from the bucket of `who`. Raises TooMany saying when there will be one again."""
        now = self._clock()
        refill = 60 / rate.per_minute
        full_at = max(self._full_at.get((rate, who), now), now) + refill
        wait = full_at - now - rate.burst * refill
        if wait > 1e-9:  # what rounding leaves of an exact multiple is no wait
            raise TooMany(
                f"That is more than {rate.burst} {rate.what} at once or {rate.per_minute:g} a minute."
                f" Wait {math.ceil(wait)} s, then go on.",
                retry_after=math.ceil(wait),
            )
        self._full_at[rate, who] = full_at
        if len(self._full_at) > self._forget_above:
            self._full_at = {key: moment for key, moment in self._full_at.items() if moment > now}
            self._forget_above = max(10_000, 2 * len(self._full_at))


def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits


LimitsDep = Annotated[Limits, Depends(_limits)]
