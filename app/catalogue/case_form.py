"""The form of a case: what an instructor typed, as a CaseSpec and back. Nothing typed is ever lost."""

import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import JsonValue, ValidationError

from app.errors import FieldError, Unusable
from grader.cases import CaseSpec
from grader.signature import Signature

#: Of one uploaded array; it comes back as text in the form, which has to fit into a request.
LARGEST_ARRAY = 256 * 2**10
#: How an input is made, in the order offered; "" is the problem's own draw, "given" values, "none" None.
DRAWS = (
    "normal",
    "uniform",
    "integers",
    "constant",
    "repeat",
    "alternate",
    "runs",
    "offset",
)
#: Which parameters each draw reads; variations read those of the draw they vary as well.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("scale", "center"),
    "uniform": ("low", "high"),
    "integers": ("low", "high"),
    "permutation": (),
    "constant": ("value",),
    "text": ("length", "alphabet"),
    "explicit": (),
    "repeat": (),
    "alternate": (),
    "runs": ("length",),
    "offset": ("offset", "signed"),
}
_SIZES = frozenset({"low", "high", "length"})  # may name a size instead of a number


@dataclass(frozen=True, slots=True)
class CaseForm:
    """The fields as text, by their names on the page; `draw:x` and the like belong to the input x."""

    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def spec(self, signature: Signature) -> CaseSpec:
        """The case. Raises Unusable naming every wrong field by its name on the page."""
        wrong: list[FieldError] = []
        raw: dict[str, Any] = {
            "name": self.get("name"),
            "visibility": self.get("visibility") or "hidden",
            "hint": self.get("hint").strip() or None,
            "layout": self.get("layout") or "C",
            "weight": self._number("weight", wrong),
            "tolerance": self._number("tolerance", wrong),
            "seed": self._whole("seed", wrong) or 0,
            "raises": [word for word in self.get("raises").replace(",", " ").split() if word],
            "sizes": {},
            "given": {},
            "none": [],
            "draws": {},
        }
        for size in signature.sizes:
            number = self._whole(f"size:{size}", wrong)
            if number is not None:
                raw["sizes"][size] = number
        for name, wanted in signature.inputs.items():
            chosen = self.get(f"draw:{name}")
            if chosen == "none":
                raw["none"].append(name)
            elif chosen == "given":
                raw["given"][name] = self._given(name, wrong, text=wanted.is_text)
            elif draw := self._draw(name, PARAMETERS[wanted.draw], wrong):
                raw["draws"][name] = draw
        if wrong:
            raise _unusable(wrong)
        try:
            return CaseSpec.model_validate(raw)
        except ValidationError as error:
            raise _unusable([_field_error(found) for found in error.errors()]) from None

    def _draw(self, name: str, own: tuple[str, ...], wrong: list[FieldError]) -> dict[str, JsonValue]:
        """What the case changes about one input's draw; empty when nothing."""
        chosen = self.get(f"draw:{name}")
        found: dict[str, JsonValue] = {"draw": chosen} if chosen else {}
        varies = chosen in ("", "repeat", "alternate", "runs", "offset")
        for parameter in (*PARAMETERS.get(chosen, ()), *(own if varies else ())):
            field = f"{parameter}:{name}"
            if parameter == "signed":
                if self.get(field):
                    found["signed"] = True
            elif parameter == "alphabet":
                if self.get(field):
                    found["alphabet"] = self.get(field)
            elif self.get(field).strip():
                found[parameter] = self._size_or_number(field, wrong, may_name=parameter in _SIZES)
        return found

    def _number(self, field: str, wrong: list[FieldError]) -> float | None:
        text = self.get(field).strip()
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            wrong.append(FieldError(field, "Write a number, for example 0.5."))
            return None
        return number

    def _whole(self, field: str, wrong: list[FieldError]) -> int | None:
        text = self.get(field).strip()
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            wrong.append(FieldError(field, "Write a whole number."))
            return None

    def _size_or_number(self, field: str, wrong: list[FieldError], *, may_name: bool) -> JsonValue:
        text = self.get(field).strip()
        if may_name and text[0].isalpha():
            return text
        number = self._number(field, wrong)
        return int(number) if number is not None and number == int(number) else number

    def _given(self, name: str, wrong: list[FieldError], *, text: bool) -> JsonValue:
        typed = self.get(f"given:{name}")
        if text:
            return typed.replace("\r\n", "\n")
        try:
            value: JsonValue = json.loads(typed, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            message = "Write a number or nested lists of finite numbers, for example [[0, 1.5], [2, -1]]."
            wrong.append(FieldError(f"given:{name}", message))
            return None
        return value


def form_of(spec: CaseSpec, signature: Signature) -> CaseForm:
    """The form that `spec` would have been typed as."""
    raw = spec.model_dump(mode="json", exclude_none=True)
    fields: dict[str, str] = {
        name: str(raw[name])
        for name in ("name", "visibility", "weight", "hint", "seed", "layout", "tolerance")
        if name in raw
    }
    fields["raises"] = ", ".join(spec.raises)
    fields |= {f"size:{name}": str(size) for name, size in spec.sizes.items()}
    for name, value in spec.given.items():
        fields[f"draw:{name}"] = "given"
        is_text = name in signature.inputs and signature.inputs[name].is_text
        fields[f"given:{name}"] = str(value) if is_text else json.dumps(value)
    fields |= {f"draw:{name}": "none" for name in spec.none}
    for name, override in raw.get("draws", {}).items():
        if override.get("draw") == "explicit":
            fields |= {f"draw:{name}": "given", f"given:{name}": json.dumps(override["value"])}
            continue
        for parameter, value in override.items():
            fields[f"{parameter}:{name}"] = str(value)
    return CaseForm(fields)


def array_as_json(data: bytes) -> str:
    """An uploaded `.npy` file as the JSON that belongs into the form. Raises ValueError with a sentence.

    Nothing is unpickled, and nothing is allocated before the header's promise is found to match the file.
    """
    if len(data) > LARGEST_ARRAY:
        raise ValueError(f"The file is over {LARGEST_ARRAY // 1024} KiB; make the array smaller.")
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read_header(file)
    except Exception as error:  # NumPy evaluates the header as Python, which fails in every way there is
        raise ValueError("This is not a .npy file; write one with numpy.save.") from error
    if dtype.kind not in "biuf" or dtype.itemsize > 8:
        raise ValueError(f"The array's type is {dtype}; save it as float64, int64 or bool.")
    # No dimension of 0: beside one, the others could be of any size.
    if any(type(length) is not int or length < 1 for length in shape):
        raise ValueError(f"The array's shape is {shape}; save one with elements.")
    if math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError("The file does not hold as many numbers as it says; save it again.")
    flat = np.frombuffer(data, dtype, offset=file.tell())
    array = flat.reshape(shape, order="F" if fortran else "C")
    if not np.isfinite(array).all():
        raise ValueError("The array holds NaN or infinity; give finite numbers only.")
    return json.dumps(array.tolist())


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not finite")


def _field_error(found: Any) -> FieldError:
    """A schema's complaint, at the field it belongs to on the page."""
    match [str(part) for part in found["loc"]]:
        case ["sizes", size, *_]:
            field = f"size:{size}"
        case ["given", name, *_]:
            field = f"given:{name}"
        case ["draws", name, parameter, *_]:
            field = f"{parameter}:{name}"
        case ["draws", name]:
            field = f"draw:{name}"
        case [name, *_]:
            field = name
        case _:
            field = ""
    return FieldError(field, found["msg"].removeprefix("Value error, ") + ".")


def _unusable(wrong: list[FieldError]) -> Unusable:
    count = "one field" if len(wrong) == 1 else f"{len(wrong)} fields"
    return Unusable(f"Nothing is stored: {count} cannot be used as typed.", errors=tuple(wrong))
