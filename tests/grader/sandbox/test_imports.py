"""The list of what students can import holds in every tier, and nothing on it needs a file later."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from grader.sandbox import tiers
from grader.sandbox.imports import NUMPY, STANDARD_LIBRARY, STUDENT_MODULES
from grader.sandbox.pool import SandboxPool
from tests.grader.sandbox.conftest import job

pytestmark = pytest.mark.anyio

# Uses of each that may load more the first time. `a` is a random 4 x 4 matrix.
USES = r"""
numpy np.einsum('ij,jk,kl', a, a, a, optimize=True), np.tensordot(a, a), np.kron(a, a)
numpy np.median(a), np.percentile(a, 30), np.nanmean(a), np.cov(a), np.histogram(a, bins='auto'), np.unique(a)
numpy np.pad(a, 1), np.gradient(a), np.trapezoid(a), np.interp(1, [0, 2], [0, 1]), np.sort(a, kind='stable')
numpy np.polyfit([0, 1, 2], [1, 2, 3], 1), np.roots([1, 2]), np.vectorize(abs)(a), np.convolve(a[0], a[0])
numpy repr(a), np.array2string(a), str(np.float64(1)), f"{a[0, 0]:.3f}", np.array(['a']).astype('U3')
numpy np.savetxt(io.StringIO(), a), np.loadtxt(io.StringIO('1 2')), np.genfromtxt(io.StringIO('1 2'))
numpy np.load(saved(a)), np.datetime64('2020-01-01'), np.finfo(float).eps
numpy np.allclose(a, a), np.array_equal(a, a), np.dtype([('x', 'f8')]), np.longdouble(2) ** np.float16(2)
numpy.char np.char.upper(['a'])
numpy.dtypes np.dtypes.StringDType()
numpy.exceptions np.exceptions.AxisError(1, 1)
numpy.fft np.fft.irfft(np.fft.rfft(a)), np.fft.fft2(a), np.fft.fftfreq(4)
numpy.lib np.lib.NumpyVersion('2.0.0')
numpy.lib.array_utils np.lib.array_utils.byte_bounds(a)
numpy.lib.format np.lib.format.header_data_from_array_1_0(a)
numpy.lib.introspect np.lib.introspect.opt_func_info('add')
numpy.lib.mixins type('A', (np.lib.mixins.NDArrayOperatorsMixin,), {})()
numpy.lib.npyio np.lib.npyio.NpzFile
numpy.lib.recfunctions np.lib.recfunctions.unstructured_to_structured(a)
numpy.lib.scimath np.emath.sqrt(-1), np.lib.scimath.log(-1)
numpy.lib.stride_tricks np.lib.stride_tricks.sliding_window_view(a, 2, axis=0)
numpy.linalg np.linalg.svd(a), np.linalg.eigh(a @ a.T), np.linalg.solve(a, a), np.linalg.lstsq(a, a[0])
numpy.linalg np.linalg.qr(a), np.linalg.pinv(a), np.linalg.norm(a), np.linalg.matrix_power(a, 3)
numpy.linalg raised(np.linalg.inv)
numpy.ma np.ma.masked_less(a, 0).mean(), repr(np.ma.masked_invalid(a))
numpy.ma.extras np.ma.median(np.ma.masked_less(a, 0)), np.ma.polyfit([0, 1, 2], [0, 1, 2], 1)
numpy.polynomial str(np.polynomial.Polynomial([1, 2])(3)), np.polynomial.Polynomial.fit([0, 1], [0, 1], 1)
numpy.polynomial.chebyshev np.polynomial.chebyshev.chebroots([1, 2, 3])
numpy.polynomial.hermite np.polynomial.hermite.hermgauss(3)
numpy.polynomial.hermite_e np.polynomial.hermite_e.hermegauss(3)
numpy.polynomial.laguerre np.polynomial.laguerre.laggauss(3)
numpy.polynomial.legendre np.polynomial.legendre.leggauss(3)
numpy.polynomial.polynomial np.polynomial.polynomial.polyroots([1, 2, 3])
numpy.random np.random.seed(0), np.random.rand(3), np.random.RandomState(1).permutation(4)
numpy.random np.random.default_rng().choice(5, 2), np.random.Generator(np.random.Philox(1)).normal()
numpy.random np.random.SeedSequence().spawn(2), np.random.multivariate_normal([0] * 4, np.eye(4))
numpy.rec np.rec.fromarrays([[1], [2.0]], names='x,y')
numpy.strings np.strings.upper(np.array(['a']))
numpy.typing np.typing.NDArray[np.float64]
numpy.version np.version.full_version
__future__ __future__.annotations
abc abc.abstractmethod(abs_), abc.ABC.register(int)
array array.array('d', [1.0]).tobytes()
bisect bisect.insort([1], 2)
cmath cmath.exp(1j)
collections collections.namedtuple('P', 'x y')(1, 2)._asdict(), collections.Counter('aab').most_common(1)
collections.abc isinstance([], collections.abc.Sequence)
contextlib contextlib.ExitStack().close(), contextlib.suppress(ValueError)
copy copy.deepcopy({'a': [a]})
dataclasses dataclasses.asdict(dataclasses.make_dataclass('D', ['x'])(1)), repr(dataclasses.field())
datetime datetime.datetime.strptime('3 March 2020', '%d %B %Y').strftime('%A')
datetime datetime.datetime.now(datetime.timezone.utc).astimezone(), datetime.date.fromisoformat('2020-01-02')
decimal decimal.getcontext().prec, decimal.Decimal(2).sqrt(), format(decimal.Decimal('1e3'), 'n')
enum enum.Enum('E', 'A B').A.name, repr(enum.Flag('F', 'A B')(3))
fractions fractions.Fraction('0.3') + fractions.Fraction(1.5)
functools functools.lru_cache(abs)(1), functools.reduce(max, [1]), functools.singledispatch(abs_).registry
heapq heapq.nlargest(1, [1, 2]), list(heapq.merge([1], [2]))
io io.TextIOWrapper(io.BytesIO(b'a'), encoding='utf-8').read(), io.StringIO('a b').readlines()
itertools list(itertools.pairwise('ab'))
json json.dumps({'a': [1.5]}, indent=1), json.loads('[1]'), raised(json.loads)
math math.fsum([0.1] * 3), math.comb(5, 2)
numbers isinstance(np.float64(1), numbers.Real)
operator operator.itemgetter(0)([1])
pprint pprint.pformat({'a': a, 'b': dataclasses})
random random.gauss(0, 1), random.SystemRandom().random(), random.sample(range(9), 2), random.seed('a')
re re.compile(r'(?i)a+b(?=c)').sub('x', 'AABc'), raised(re.compile)
statistics statistics.NormalDist(0, 1).inv_cdf(0.3), statistics.quantiles([1, 2, 3])
statistics statistics.linear_regression([0, 1], [0, 1]), statistics.mode('aab')
string string.Template('$a').substitute(a=1), string.Formatter().format('{:>3}', 1)
struct struct.pack('<d', 1.0)
sys sys.float_info.max, sys.getrecursionlimit()
textwrap textwrap.fill('a b', 1), textwrap.dedent(' a')
time time.strptime('2 January 2020', '%d %B %Y'), time.strftime('%c'), time.localtime(), time.sleep(0)
traceback formatted(), traceback.format_exception(ValueError('x'))
types types.SimpleNamespace(a=1), types.new_class('A')
typing typing.get_type_hints(typing.NamedTuple('N', [('x', 'int')])), typing.Optional[typing.TypeVar('T')]
warnings warned(), warnings.simplefilter('ignore')
"""

HELPERS = """
def saved(array):
    file = io.BytesIO()
    np.save(file, array)
    file.seek(0)
    return file

def raised(function):
    try:
        function("(")
    except Exception as error:
        return repr(error)

def formatted():
    try:
        1 / 0
    except ZeroDivisionError:
        return traceback.format_exc()

def warned():
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        warnings.warn("x")
        return np.mean([]), np.log(0.0)

def abs_(x):
    return abs(x)

for encoding in ("ascii", "latin-1", "utf-16", "unicode_escape"):
    "a".encode(encoding).decode(encoding)

touched = []

def watch(event, details):
    if event in ("open", "import"):
        touched.append(f"{event} {details}")

sys.addaudithook(watch)
a = np.random.default_rng(0).normal(size=(4, 4))
"""


@pytest.fixture(params=tiers.TIERS)
async def pool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxPool]:
    """Each tier that this machine has, by leaving out what is above it."""
    facts = tiers.probe().lowered(request.param)
    if facts.tier != request.param:
        pytest.skip(f"this machine is {facts.tier}")
    monkeypatch.setenv(tiers.INSECURE_SETTING, "1")
    async with SandboxPool(1, facts=facts) as pool:
        yield pool


async def test_everything_on_the_list_works_without_a_file(pool: SandboxPool) -> None:
    """Each case uses one module and returns what was opened, or had to be loaded, for that."""
    uses = [line.split(" ", 1) for line in USES.strip().splitlines()]
    assert list(dict.fromkeys(name for name, _ in uses)) == list(STUDENT_MODULES)
    imports = "".join(f"import {name}\n" for name in STUDENT_MODULES)
    lines = "".join(f"    lambda: ({code}),\n" for _, code in uses)
    solve = f"USES = [\n{lines}]\ndef solve(i):\n    USES[i]()\n    return touched\n"
    source = f"{imports}import numpy as np\n{HELPERS}{solve}"
    outcomes = [outcome async for outcome in pool.run(job(source, [(i,) for i in range(len(uses))]))]
    for use, outcome in zip(uses, outcomes, strict=True):
        assert outcome.value == [], (use, outcome)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("import os", "No module named 'os' here."),
        ("from scipy.special import erf", "No module named 'scipy.special' here."),
        ("import collections.deque", "No module named 'collections.deque' here."),
        ("import numpy.testing", "No module named 'numpy.testing' here."),
        ("import numpy\nnumpy.testing.assert_allclose(1, 1)", "No module named 'numpy.testing' here."),
    ],
)
async def test_an_import_outside_the_list_is_told_the_list(
    pool: SandboxPool, statement: str, said: str
) -> None:
    (outcome,) = [outcome async for outcome in pool.run(job(f"{statement}\ndef solve():\n    pass"))]
    assert outcome.error is not None, outcome
    assert outcome.error.kind == "ModuleNotFoundError"
    if "numpy" in statement:
        listed: tuple[str, ...] = NUMPY
    elif "collections" in statement:
        listed = ("collections", "collections.abc")
    else:
        listed = tuple(name for name in STUDENT_MODULES if "." not in name)
    assert outcome.error.message == f"{said} You can import: {', '.join(listed)}."


async def test_the_help_page_shows_the_list(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, inline_worker=False))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://here") as client,
    ):
        page = (await client.get("/help")).text
    shown = re.findall(r"<code>([\w.]+)</code>", page)
    assert [name for name in shown if name != "np.testing"] == [*NUMPY, *STANDARD_LIBRARY]


async def test_a_printed_stack_names_no_folder_of_the_host(pool: SandboxPool) -> None:
    prints = "traceback.print_stack(), print(numpy.__file__, traceback.__file__)"
    source = f"import numpy, traceback\ndef solve():\n    {prints}"
    (outcome,) = [outcome async for outcome in pool.run(job(source))]
    assert outcome.printed is not None, outcome
    assert "inside/child.py" in outcome.printed
    assert "numpy/__init__.py traceback.py" in outcome.printed
    assert str(Path(__file__).parents[3]) not in outcome.printed
