"""What students can import: NumPy, and these parts of the standard library.

The zygote loads every module named here before it takes any work, because no student code can open a
file afterwards. The list is the same in every tier; the help page shows it, and so does the message of a
refused import.

What of NumPy is not here: `numpy.testing`, which brings `unittest`, `subprocess` and 70 modules more and
would make each idle process a tenth larger (`np.allclose` and `assert` do for students); `numpy.ctypeslib`
and `numpy.f2py`, for calling C and Fortran; `numpy.core` and `numpy.matlib`, which only warn.
"""

#: NumPy and its submodules.
NUMPY: tuple[str, ...] = (
    "numpy",
    "numpy.char",
    "numpy.dtypes",
    "numpy.exceptions",
    "numpy.fft",
    "numpy.lib",
    "numpy.lib.array_utils",
    "numpy.lib.format",
    "numpy.lib.introspect",
    "numpy.lib.mixins",
    "numpy.lib.npyio",
    "numpy.lib.recfunctions",
    "numpy.lib.scimath",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
    "numpy.ma",
    "numpy.ma.extras",
    "numpy.polynomial",
    "numpy.polynomial.chebyshev",
    "numpy.polynomial.hermite",
    "numpy.polynomial.hermite_e",
    "numpy.polynomial.laguerre",
    "numpy.polynomial.legendre",
    "numpy.polynomial.polynomial",
    "numpy.random",
    "numpy.rec",
    "numpy.strings",
    "numpy.typing",
    "numpy.version",
)

STANDARD_LIBRARY: tuple[str, ...] = (
    "__future__",
    "abc",
    "array",
    "bisect",
    "cmath",
    "collections",
    "collections.abc",
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

#: What `import` accepts in student code.
STUDENT_MODULES: tuple[str, ...] = (*NUMPY, *STANDARD_LIBRARY)

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

PRELOADED: tuple[str, ...] = (*STUDENT_MODULES, *LOADED_LATE)
