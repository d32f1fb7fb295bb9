"""A problem: a folder under `problems/`, read once and checked before anything runs."""

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError

import reference
from grader.cases import CaseSpec, UnusableCase, draw_inputs
from grader.sandbox.job import Limits
from grader.signature import DrawOverride, InputSpec, OutputSpec, Signature, SizeBounds, Strict

PROBLEMS = Path(__file__).parents[1] / "problems"
_REFERENCE = Path(reference.__file__ or "").parent
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class BrokenProblem(Exception):
    """A folder nobody can be graded by. `reason` names the file, the thing and the cure."""

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(f"{slug}: {reason}")
        self.slug = slug
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known wrong variant of the solution, and what a student should read who made it."""

    name: str
    message: str
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a problem's folder holds, its reference's sources included."""

    slug: str
    title: str
    summary: str
    track: str
    topics: tuple[str, ...]
    difficulty: str
    entry_point: str
    statement: str = field(repr=False)
    starter: str = field(repr=False)
    hints: tuple[str, ...] = field(repr=False)
    limits: Limits
    fresh_child_per_case: bool
    signature: Signature
    cases: tuple[CaseSpec, ...] = field(repr=False)
    mistakes: tuple[Mistake, ...] = field(repr=False)
    reference_modules: Mapping[str, str] = field(repr=False)
    reference_entry: str

    @property
    def solution(self) -> str:
        """The source of the reference's own module, for those who unlocked it."""
        return self.reference_modules[self.reference_entry.rpartition(".")[0]]


class LimitsTable(Strict):
    """What one case may use."""

    cpu_seconds: float = Field(default=2.0, gt=0, le=60)
    memory_mb: int = Field(default=256, ge=16, le=4096)


class MistakeTable(Strict):
    """A file in `mistakes/` and its sentence."""

    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.py$")]
    message: _Line


class ProblemTable(Signature):
    """The whole of problem.toml."""

    title: _Line
    summary: _Line
    track: str = ""
    topics: tuple[str, ...] = ()
    difficulty: Literal["easy", "medium", "hard"]
    entry_point: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")]
    reference: Annotated[str, StringConstraints(pattern=r"^[a-z]\w*\.[A-Za-z_]\w*$")]
    hints: tuple[_Line, ...] = ()
    limits: LimitsTable = LimitsTable()
    fresh_child_per_case: bool = False
    cases: tuple[CaseSpec, ...] = Field(min_length=1)
    mistakes: tuple[MistakeTable, ...] = ()


def load_all(root: Path = PROBLEMS) -> tuple[dict[str, Problem], dict[str, str]]:
    """Every problem by its slug, and why each broken folder is left out."""
    problems: dict[str, Problem] = {}
    broken: dict[str, str] = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] not in "._"):
        try:
            problems[folder.name] = load_problem(folder)
        except BrokenProblem as wrong:
            broken[folder.name] = wrong.reason
    return problems, broken


def load_problem(folder: Path) -> Problem:
    """Read a problem's folder. Raises BrokenProblem; no code of the folder is run."""
    reader = _Folder(folder)
    if not _SLUG.fullmatch(folder.name):
        raise reader.broken("the folder's name must be small letters, digits and single hyphens; rename it")
    table = reader.table()
    signature = Signature(sizes=table.sizes, inputs=table.inputs, outputs=table.outputs)
    modules, entry = reader.reference(table.reference)
    return Problem(
        slug=folder.name,
        title=table.title,
        summary=table.summary,
        track=table.track,
        topics=table.topics,
        difficulty=table.difficulty,
        entry_point=table.entry_point,
        statement=reader.text("statement.md"),
        starter=reader.code("starter.py", table.entry_point),
        hints=table.hints,
        limits=Limits(cpu_seconds=table.limits.cpu_seconds, memory_mb=table.limits.memory_mb),
        fresh_child_per_case=table.fresh_child_per_case,
        signature=signature,
        cases=reader.cases(table.cases, signature),
        mistakes=reader.mistakes(table),
        reference_modules=modules,
        reference_entry=entry,
    )


class _Folder:
    """Reads one folder, and says which of its files is wrong and how."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def broken(self, reason: str) -> BrokenProblem:
        return BrokenProblem(self._folder.name, reason)

    def text(self, name: str) -> str:
        try:
            text = (self._folder / name).read_text(encoding="utf-8")
        except OSError as wrong:
            raise self.broken(f"{name} cannot be read ({wrong.strerror}); add it") from wrong
        except UnicodeDecodeError as wrong:
            raise self.broken(f"{name} is not UTF-8 at byte {wrong.start}; save it as UTF-8") from wrong
        if not text.strip():
            raise self.broken(f"{name} is empty; write it")
        return text

    def code(self, name: str, entry_point: str) -> str:
        source = self.text(name)
        if entry_point not in _defined(self._parsed(name, source)):
            raise self.broken(f"{name} does not define {entry_point}; define it")
        return source

    def table(self) -> ProblemTable:
        try:
            raw = tomllib.loads(self.text("problem.toml"))
        except tomllib.TOMLDecodeError as wrong:
            raise self.broken(f"problem.toml is not TOML: {wrong}") from wrong
        try:
            return ProblemTable.model_validate(raw)
        except ValidationError as wrong:
            raise self.broken("; ".join(_sentence(error) for error in wrong.errors()[:5])) from wrong

    def cases(self, cases: tuple[CaseSpec, ...], signature: Signature) -> tuple[CaseSpec, ...]:
        seen: set[str] = set()
        for case in cases:
            if case.name in seen:
                raise self.broken(f"problem.toml has two cases named '{case.name}'; rename one")
            seen.add(case.name)
            try:
                draw_inputs(signature, case)
            except UnusableCase as wrong:
                raise self.broken(f"problem.toml: {wrong.reason}") from wrong
        return tuple(sorted(cases, key=lambda case: not case.public))

    def mistakes(self, table: ProblemTable) -> tuple[Mistake, ...]:
        listed = [mistake.file for mistake in table.mistakes]
        for name in listed:
            if listed.count(name) > 1:
                raise self.broken(f"problem.toml lists mistakes/{name} twice; take one out")
        for path in sorted((self._folder / "mistakes").glob("*.py")):
            if path.name not in listed:
                raise self.broken(
                    f"mistakes/{path.name} is not listed; add it to [[mistakes]] in problem.toml"
                )
        return tuple(
            Mistake(
                name=mistake.file.removesuffix(".py"),
                message=mistake.message,
                source=self.code(f"mistakes/{mistake.file}", table.entry_point),
            )
            for mistake in table.mistakes
        )

    def reference(self, name: str) -> tuple[dict[str, str], str]:
        """The reference's module and all of `reference/` that it imports, by dotted name."""
        first, _, function = name.partition(".")
        modules: dict[str, str] = {}
        wanted = [first]
        while wanted:
            module = wanted.pop()
            path = _REFERENCE / f"{module}.py"
            if not path.is_file():
                raise self.broken(f"problem.toml: reference/{module}.py does not exist; name one that does")
            source = path.read_text(encoding="utf-8")
            tree = self._parsed(f"reference/{module}.py", source)
            if module == first and function not in _defined(tree):
                raise self.broken(f"problem.toml: reference/{module}.py does not define '{function}'")
            modules[f"reference.{module}"] = source
            wanted += [other for other in _imported(tree) if f"reference.{other}" not in modules]
        return modules, f"reference.{name}"

    def _parsed(self, name: str, source: str) -> ast.Module:
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError) as wrong:
            raise self.broken(f"{name} is not Python: {wrong}") from wrong


def _defined(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _imported(tree: ast.Module) -> set[str]:
    """The modules of `reference/` that a source imports by `from reference.x import y`."""
    froms = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {name.removeprefix("reference.") for name in froms if name.startswith("reference.")}


_TABLES: dict[str, type[BaseModel]] = {
    "limits": LimitsTable,
    "sizes": SizeBounds,
    "inputs": InputSpec,
    "outputs": OutputSpec,
    "cases": CaseSpec,
    "mistakes": MistakeTable,
}


def _sentence(error: Mapping[str, object]) -> str:
    """One of Pydantic's errors as a sentence naming the file, the key and what was meant."""
    raw = error["loc"]
    assert isinstance(raw, tuple)
    where = ".".join(str(part) for part in raw) or "the whole"
    if error["type"] == "missing":
        return f"problem.toml: '{where}' is missing; add it"
    if error["type"] != "extra_forbidden":
        return f"problem.toml: {where}: {str(error['msg']).removeprefix('Value error, ')}"
    table = _TABLES.get(str(raw[0]), ProblemTable) if len(raw) > 1 else ProblemTable
    if "draws" in raw[:-1]:
        table = DrawOverride
    keys = [field.alias or name for name, field in table.model_fields.items()]
    near = get_close_matches(str(raw[-1]), keys, n=1)
    cure = f"perhaps '{near[0]}' is meant" if near else f"known are {', '.join(keys)}"
    return f"problem.toml: unknown key '{where}'; {cure}"
