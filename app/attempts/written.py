"""A version's public cases, written out for people: what goes in, and what should come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from app.catalogue.kept import once_a_version
from app.catalogue.service import load_version
from app.errors import NotFound, NotReady
from app.web.values import assignment
from grader.version import FrozenCase, Version


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A public case as Python that can be pasted."""

    name: str
    inputs: str
    expected: str

    @property
    def text(self) -> str:
        return f"{self.inputs}\n{self.expected}"


@dataclass(frozen=True, slots=True)
class Written:
    """What may be shown of a version's cases: the public ones, and how many others there are."""

    public: Sequence[WrittenCase]
    hidden: int

    @property
    def by_name(self) -> Mapping[str, WrittenCase]:
        return {case.name: case for case in self.public}


NOTHING = Written((), 0)


@once_a_version
def written(version: Version) -> Written:
    public = [_case(version, case) for case in version.cases if case.public]
    return Written(public, len(version.cases) - len(public))


async def written_version(session: AsyncSession, version_id: str) -> Written:
    """The cases of the version with this id; nothing where they can no longer be read."""
    try:
        return written(await load_version(session, version_id))
    except (NotFound, NotReady):
        return NOTHING


def _case(version: Version, case: FrozenCase) -> WrittenCase:
    arguments = version.signature.arguments_of(case.inputs)
    inputs = [assignment(name, value) for name, value in arguments.items()]
    outputs = list(version.signature.outputs)
    if case.spec.raises:
        expected = [f"# raises {' or '.join(case.spec.raises)}"]
    elif len(outputs) > 1 and isinstance(case.expected, tuple):
        expected = [
            assignment(f"expected_{name}", value) for name, value in zip(outputs, case.expected, strict=True)
        ]
    else:
        expected = [assignment("expected", case.expected)]
    return WrittenCase(case.name, "\n".join(inputs), "\n".join(expected))
