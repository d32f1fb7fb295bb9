"""Compiles, runs and describes what a student handed in. Runs in a confined child, next to that code.

Nothing here is a barrier: student code shares the process and can change all of it. The barriers are the
kernel layers of `confine` and the parent, which checks every byte that leaves.
"""

import builtins
import importlib
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType, TracebackType
from typing import Any

# By identity: a student's metaclass may have its own idea of what is equal.
_BUILT_IN = {
    id(known): known.__name__
    for known in vars(builtins).values()
    if isinstance(known, type) and issubclass(known, BaseException)
}
_TEXT = 2000  # characters of a message that are worth sending


class NoEntryPoint(Exception):
    """The module has no function of the name that was asked for."""


class Printed(io.TextIOBase):
    """Stands in for stdout and stderr: keeps at most `limit` bytes, then calls `overflow`."""

    def __init__(self, limit: int, overflow: Callable[[str], None]) -> None:
        self._left = limit
        self._parts: list[str] = []
        self._overflow = overflow

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        size = len(text) if len(text) > self._left else len(text.encode("utf-8", "replace"))
        if size > self._left:
            self._parts.append(text[: self._left])
            self._overflow(self.take())
        self._left -= size
        self._parts.append(text)
        return len(text)

    def take(self) -> str:
        """What was printed since the last call."""
        if not self._parts:
            return ""
        text = "".join(self._parts)
        self._parts.clear()
        return text.encode("utf-8", "replace").decode()


class StudentModules(MetaPathFinder, Loader):
    """Imports the job's own modules from memory, and refuses whatever is not loaded already.

    It is the only finder left in a child, where no file can be opened.
    """

    def __init__(self, importable: Sequence[str]) -> None:
        self._importable = importable
        self._allowed = {name.partition(".")[0] for name in importable}
        self._own: set[str] = set()
        self._code: dict[str, CodeType] = {}
        self._builtins = {**vars(builtins), "__import__": self._import}

    def compile(self, sources: Mapping[str, str]) -> None:
        """Compile every module. Raises SyntaxError, and whatever else Python's compiler raises."""
        self._code = {
            name: compile(source.removeprefix("\ufeff"), _file(name), "exec", dont_inherit=True)
            for name, source in sources.items()
        }
        self._own = {name.partition(".")[0] for name in sources}

    def is_student_file(self, filename: str) -> bool:
        return any(code.co_filename == filename for code in self._code.values())

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec:  # noqa: ARG002
        inner = any(name.startswith(f"{fullname}.") for name in self._code)
        if fullname not in self._code and not inner:
            raise self._refusal(fullname)
        return ModuleSpec(fullname, self, is_package=inner)

    def create_module(self, spec: ModuleSpec) -> None:  # noqa: ARG002
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = self._builtins
        code = self._code.get(module.__name__)
        if code is not None:
            exec(code, module.__dict__)  # noqa: S102 - this is what the sandbox is for

    def load(self, name: str) -> ModuleType:
        """Import a module, which runs its body. Raises whatever that raises."""
        if "." in name:
            return importlib.import_module(name)
        # What a student hands in: in no package, so the ways of the import system would lead to the same.
        module = sys.modules[name] = ModuleType(name)
        self.exec_module(module)
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of __import__ itself
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        # For a readable refusal that is the same everywhere: `os` is loaded, but not on the list. A function
        # written in C that the student calls may need more; it asks with a list, a statement never.
        asked_in_c = isinstance(fromlist, list)
        if level == 0 and not asked_in_c:
            package = name.partition(".")[0]
            if package not in self._allowed and package not in self._own:
                raise self._refusal(name)
        return builtins.__import__(name, globals, locals, fromlist, level)

    def _refusal(self, name: str) -> ModuleNotFoundError:
        package = name.partition(".")[0]
        of_package = [listed for listed in self._importable if listed.partition(".")[0] == package]
        listed = of_package or [listed for listed in self._importable if "." not in listed]
        return ModuleNotFoundError(
            f"No module named '{name}' here. You can import: {', '.join(listed)}.", name=name
        )


def _file(name: str) -> str:
    return f"{name}.py"


def entry_point(modules: StudentModules, entry: str) -> Callable[..., Any]:
    """Load the entry's module, which runs its body, and find the function.

    Raises NoEntryPoint if there is no such function, and whatever the body raises.
    """
    module_name, _, function_name = entry.rpartition(".")
    module = modules.load(module_name)
    function = getattr(module, function_name, None)
    if function is None:
        raise NoEntryPoint(f"Your code defines no function named {function_name}.")
    if not callable(function):
        raise NoEntryPoint(f"{function_name} is not a function.")
    found: Callable[..., Any] = function
    return found


def describe(error: BaseException, modules: StudentModules) -> tuple[str, str, str, int]:
    """The exception's class, nearest built-in class, message, and line in the student's code (0: none)."""
    # `type`'s own view of a class: the student's metaclass may have another, or none.
    line_of_descent = type.__dict__["__mro__"].__get__(type(error))
    built_in = next(_BUILT_IN[id(cls)] for cls in line_of_descent if id(cls) in _BUILT_IN)
    try:
        name, message = _sendable(type(error).__name__), _sendable(str(error))
    except BaseException:  # noqa: BLE001 - a student's __str__ may raise anything
        name, message = built_in, ""
    return name, built_in, message, _line(error.__traceback__, modules)


def _line(traceback: TracebackType | None, modules: StudentModules) -> int:
    line = 0
    while traceback is not None:
        if modules.is_student_file(traceback.tb_frame.f_code.co_filename):
            line = traceback.tb_lineno or 0  # code that was made by hand has none
        traceback = traceback.tb_next
    return line


def describe_refusal(error: BaseException) -> tuple[str, str, int, int]:
    """Class, message, line and column (0: none) of what the compiler raised."""
    if isinstance(error, SyntaxError):
        message = error.msg if isinstance(error.msg, str) else str(error)
        return type(error).__name__, _sendable(message), error.lineno or 0, max(error.offset or 0, 0)
    if isinstance(error, (RecursionError, MemoryError)):
        return type(error).__name__, "The code is nested too deeply for Python to read.", 0, 0
    return type(error).__name__, _sendable(str(error)), 0, 0


def _sendable(text: str) -> str:
    return text[:_TEXT].encode("utf-8", "replace").decode()
