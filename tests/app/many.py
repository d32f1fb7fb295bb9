"""A folder of small problems in three tracks, and attempts at them: for lists, where grading is no matter."""

from pathlib import Path
from typing import Any

from app.accounts.models import User
from app.attempts.models import Attempt, AttemptState
from app.context import Context
from grader.report import Report
from grader.verdict import Verdict

_TRACKS = """\
[forward]
title = "Going forward"
summary = "From inputs to outputs."
problems = ["halve", "double", "square"]

[backward]
title = "Going back"
summary = "From outputs to gradients."
problems = ["slope", "steep-slope"]
"""
_PROBLEM = """\
title = "{title}"
summary = "{summary}"
track = "{track}"
topics = {topics}
difficulty = "{difficulty}"
entry_point = "solve"
reference = "solution.solve"

[inputs]
x = {{ draw = "normal", shape = [3] }}

[outputs]
y = {{ shape = [3] }}

[[cases]]
name = "three numbers"
visibility = "public"
"""
_PROBLEMS = [
    ("double", "Double it", "Twice every number.", "forward", ["arithmetic"], "easy"),
    ("halve", "Halve it", "Half of every number.", "forward", ["arithmetic", "division"], "easy"),
    ("loner", "The loner", "It belongs to no track.", "", [], "hard"),
    ("slope", "The slope", "The gradient of a square.", "backward", ["gradients"], "medium"),
    ("square", "Square it", "Every number times itself.", "forward", ["arithmetic", "powers"], "medium"),
    ("steep-slope", "A steep slope", "The gradient of a cube.", "backward", ["gradients", "powers"], "hard"),
]
#: What each of them wants: twice its input.
RIGHT = "def solve(x):\n    return 2 * x\n"


def many_problems(folder: Path) -> Path:
    """Write them into `folder`."""
    for slug, title, summary, track, topics, difficulty in _PROBLEMS:
        table = _PROBLEM.format(
            title=title, summary=summary, track=track, topics=topics, difficulty=difficulty
        )
        (folder / slug).mkdir(parents=True)
        (folder / slug / "problem.toml").write_text(table)
        (folder / slug / "statement.md").write_text(f"{summary}\n")
        (folder / slug / "starter.py").write_text("def solve(x):\n    ...\n")
        (folder / slug / "solution.py").write_text(RIGHT)
    (folder / "tracks.toml").write_text(_TRACKS)
    return folder


async def handed_in(
    context: Context, user: User, slug: str, verdict: Verdict | None, **facts: Any
) -> Attempt:
    """An attempt as it stands once it is graded, or before if it has no verdict."""
    attempt = Attempt(
        problem=slug,
        version="0" * 64,
        user_id=user.id,
        source=RIGHT.encode(),
        source_hash=slug,
        verdict=verdict,
        **{"state": AttemptState.GRADED if verdict else AttemptState.QUEUED, **facts},
    )
    if verdict:
        report = Report(
            problem=slug,
            version="0" * 64,
            verdict=verdict,
            score=float(verdict is Verdict.ACCEPTED),
            sandbox_tier="strict",
            wall_seconds=0.1,
            diagnosis=None,
            cases=[],
        )
        attempt.report, attempt.score = report.model_dump(mode="json"), report.score
    async with context.database.writing() as session:
        session.add(attempt)
    return attempt
