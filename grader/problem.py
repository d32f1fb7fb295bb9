"""A problem: a folder under `problems/`, read once and checked before anything runs."""

import ast
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

import reference
from grader.cases import CaseSpec, UnusableCase, draw_inputs
from grader.laws import Law
from grader.manifest import GradientsTable, ProblemTable, faults
from grader.sandbox.job import Limits
from grader.signature import Signature

PROBLEMS = Path(__file__).parents[1] / "problems"
_REFERENCE = Path(reference.__file__ or "").parent
_OWN = "solution"  # `reference = "solution.step"` names a function of the folder's own solution.py
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
    outputs: tuple[str, ...]  # on which it can show at all
    raises: str | None = None  # the exception it ends by where it does not return
    like: str | None = None  # the mistake that no outcome tells it from


@dataclass(frozen=True, slots=True)
class Gradients:
    """What to compare with central differences: a loss, and the outputs that hold its gradients."""

    modules: Mapping[str, str] = field(repr=False)
    loss: str  # the dotted name of a function among the modules
    rate: str | None
    of: Mapping[str, str]  # output -> the input that it is the gradient of


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
    variants: Mapping[str, str] = field(repr=False)  # other right solutions: name -> source
    gradients: Gradients | None
    metamorphic: tuple[Law, ...]
    reference_modules: Mapping[str, str] = field(repr=False)
    reference_entry: str

    @property
    def solution(self) -> str:
        """The source of the reference's own module, for those who unlocked it."""
        return self.reference_modules[self.reference_entry.rpartition(".")[0]]


def is_slug(name: str) -> bool:
    """Whether a folder may be called so: small letters, digits and single hyphens."""
    return _SLUG.fullmatch(name) is not None


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
    if not is_slug(folder.name):
        raise reader.broken("the folder's name must be small letters, digits and single hyphens; rename it")
    table = reader.table()
    signature = Signature(
        sizes=table.sizes, inputs=table.inputs, arguments=table.arguments, outputs=table.outputs
    )
    modules, entry = reader.reference(table.reference)
    gradients = reader.gradients(table.gradients)
    reader.solution_is_used(modules, gradients.modules if gradients else {})
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
        variants=reader.variants(table),
        gradients=gradients,
        metamorphic=table.metamorphic,
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
            raise self.broken(faults(wrong)) from wrong

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
        sources = self._sources("mistakes", [mistake.file for mistake in table.mistakes], table.entry_point)
        return tuple(
            Mistake(
                name=mistake.file.removesuffix(".py"),
                message=mistake.message,
                source=sources[mistake.file],
                outputs=tuple(table.outputs) if mistake.outputs is None else mistake.outputs,
                raises=mistake.raises,
                like=mistake.like,
            )
            for mistake in table.mistakes
        )

    def variants(self, table: ProblemTable) -> dict[str, str]:
        sources = self._sources("variants", table.variants, table.entry_point)
        return {name.removesuffix(".py"): source for name, source in sources.items()}

    def gradients(self, table: GradientsTable | None) -> Gradients | None:
        if table is None:
            return None
        modules, loss = self.reference(table.loss)
        return Gradients(modules, loss, table.rate, table.of)

    def _sources(self, kind: str, listed: Sequence[str], entry_point: str) -> dict[str, str]:
        """The files of a sub-folder, which problem.toml lists all, each once."""
        for name in listed:
            if listed.count(name) > 1:
                raise self.broken(f"problem.toml lists {kind}/{name} twice; take one out")
        for path in sorted((self._folder / kind).glob("*.py")):
            if path.name not in listed:
                raise self.broken(f"{kind}/{path.name} is not listed; add it to {kind} in problem.toml")
        return {name: self.code(f"{kind}/{name}", entry_point) for name in listed}

    def reference(self, name: str) -> tuple[dict[str, str], str]:
        """The module that holds a function and all of `reference/` that it imports, by dotted name."""
        module, _, function = name.partition(".")
        first = module if module == _OWN else f"reference.{module}"
        modules: dict[str, str] = {}
        wanted = [first]
        while wanted:
            module = wanted.pop()
            file, source = self._module(module)
            tree = self._parsed(file, source)
            if module == first and function not in _defined(tree):
                raise self.broken(f"problem.toml: {file} does not define '{function}'")
            modules[module] = source
            wanted += [other for other in _imported(tree) if other not in modules]
        return modules, f"{first}.{function}"

    def solution_is_used(self, *modules: Mapping[str, str]) -> None:
        """Refuse a solution.py that nothing names: its author believes that it decides."""
        if (self._folder / f"{_OWN}.py").exists() and not any(_OWN in one for one in modules):
            raise self.broken('solution.py is not used; write reference = "solution.NAME", or take it out')

    def _module(self, name: str) -> tuple[str, str]:
        """A module's file, as its author knows it, and its source."""
        if name == _OWN:
            return f"{_OWN}.py", self.text(f"{_OWN}.py")
        file = f"{name.removeprefix('reference.')}.py"
        if not (_REFERENCE / file).is_file():
            raise self.broken(f"problem.toml: reference/{file} does not exist; name one that does")
        return f"reference/{file}", (_REFERENCE / file).read_text(encoding="utf-8")

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
    return {name for name in froms if name.startswith("reference.")}
