"""What students can import: NumPy, and these parts of the standard library.

The zygote loads every module named here before it takes any work, because no student code can open a
file afterwards. The same list stands in the message of a refused import and on the help page.
"""

#: Top-level names of the standard library. Their submodules come along only as far as `PRELOADED` says.
STANDARD_LIBRARY: tuple[str, ...] = (
    "__future__",
    "abc",
    "array",
    "bisect",
    "cmath",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "io",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "pprint",
    "random",
    "re",
    "statistics",
    "string",
    "struct",
    "sys",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "warnings",
)

#: What `import` accepts in student code, by the first part of the name.
STUDENT_MODULES: tuple[str, ...] = ("numpy", *STANDARD_LIBRARY)

#: Submodules that Python or NumPy would otherwise load from files at their first use.
SUBMODULES: tuple[str, ...] = (
    "collections.abc",
    "numpy.char",
    "numpy.dtypes",
    "numpy.exceptions",
    "numpy.fft",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
    "numpy.ma",
    "numpy.polynomial",
    "numpy.random",
    "numpy.rec",
    "numpy.strings",
    "numpy.typing",
)

#: Not for students to name: modules that the ones above load inside their functions.
LOADED_LATE: tuple[str, ...] = (
    "_strptime",
    "calendar",
    "difflib",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.unicode_escape",
    "encodings.utf_16",
    "linecache",
    "locale",
    "tokenize",
    "tracemalloc",
    "unicodedata",
)

PRELOADED: tuple[str, ...] = (*STUDENT_MODULES, *SUBMODULES, *LOADED_LATE)
