"""How many attempts a learner has left at a problem: a bucket that refills at a steady pace.

Its level follows from the attempts that are stored. So it survives a restart, every process sees the same,
and an attempt that turns out not to count is given back by itself.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import User
from app.attempts.models import Attempt, AttemptState
from app.database import now
from app.errors import TooMany
from app.settings import Settings
from app.web.words import duration
from grader.problem import Problem
from grader.verdict import Verdict

#: What costs nothing: our own faults, and code that never ran.
_FREE_STATES = [AttemptState.FAILED, AttemptState.CANCELLED]
_FREE_VERDICTS = [Verdict.COMPILE_ERROR, Verdict.INTERNAL_ERROR]
#: How far back to look, in times that an empty bucket takes to fill; before that it counts as full.
_FILLINGS = 10
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bucket:
    """`size` attempts at once, and one more whenever `refill` has passed."""

    size: int
    refill: timedelta

    @classmethod
    def of(cls, settings: Settings, user: User) -> Self | None:
        """A learner's bucket for each problem; None where nothing is counted, as for those who teach."""
        if user.role.teaches or not settings.attempt_refill:
            return None
        return cls(settings.attempt_bucket, timedelta(seconds=settings.attempt_refill))

    def after(self, spent: Iterable[datetime], moment: datetime) -> "Allowance":
        """What is left at `moment`, when attempts were made at the moments `spent`, oldest first."""
        full_at = _LONG_AGO
        for at in spent:
            full_at = max(full_at, min(at, moment)) + self.refill  # another process's clock may be ahead
        until_full = max(full_at - moment, timedelta())
        left = max(0, self.size - math.ceil(until_full / self.refill))
        return Allowance(self, left, until_full - (self.size - left - 1) * self.refill)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a bucket."""

    bucket: Bucket
    left: int
    next_in: timedelta  # until there is one more; without meaning while the bucket is full

    @property
    def is_full(self) -> bool:
        return self.left == self.bucket.size

    @property
    def seconds(self) -> int:
        """Until there is one more, in whole seconds; 0 while the bucket is full."""
        return 0 if self.is_full else math.ceil(self.next_in.total_seconds())

    @property
    def sentence(self) -> str:
        size = self.bucket.size
        if self.is_full:
            return f"{size} of {size} attempts left."
        left = f"{self.left} of {size} attempts left" if self.left else "No attempts left"
        return f"{left}, one more in {duration(self.next_in)}."


async def allowance(session: AsyncSession, bucket: Bucket, user: User, problem: Problem) -> Allowance:
    """What this user has left at this problem now."""
    moment = now()
    statement = (
        select(Attempt.created_at)
        .where(
            Attempt.user_id == user.id,
            Attempt.problem == problem.slug,
            Attempt.created_at > moment - _FILLINGS * bucket.size * bucket.refill,
            col(Attempt.state).not_in(_FREE_STATES),
            or_(col(Attempt.verdict).is_(None), col(Attempt.verdict).not_in(_FREE_VERDICTS)),
        )
        .order_by(col(Attempt.created_at))
    )
    return bucket.after((await session.exec(statement)).all(), moment)


async def spend(session: AsyncSession, bucket: Bucket, user: User, problem: Problem) -> None:
    """Make sure that one more attempt is allowed; storing it takes it from the bucket.

    Raises TooMany, saying when the next one comes. Two requests at once wait for each other here.
    """
    await session.exec(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    found = await allowance(session, bucket, user, problem)
    if not found.left:
        raise TooMany(
            f"All {bucket.size} attempts at this problem are used. The next one comes in"
            f" {duration(found.next_in)}, then one every {duration(bucket.refill)}."
            " Runs on the public cases still work.",
            retry_after=found.seconds,
        )
