"""How drawn inputs are handed over: each as an argument of its own, or several as one tuple or list."""

from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import Field, model_validator

from grader.sandbox.job import Value
from grader.strict import Strict


class Group(Strict):
    """Inputs, or groups of them, that make one argument.

    A list leaves out what is None, so that it can be of different length in different cases; a tuple never
    does.
    """

    tuple_: tuple["str | Group", ...] | None = Field(default=None, alias="tuple", min_length=1)
    list_: tuple["str | Group", ...] | None = Field(default=None, alias="list", min_length=1)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.tuple_ is None) == (self.list_ is None):
            raise ValueError("give either 'tuple' or 'list', with the names of inputs")
        return self

    @property
    def members(self) -> tuple["str | Group", ...]:
        return self.tuple_ or self.list_ or ()

    @property
    def names(self) -> Iterator[str]:
        """The inputs in it, in their order."""
        for member in self.members:
            if isinstance(member, str):
                yield member
            else:
                yield from member.names

    def built(self, values: Mapping[str, Value]) -> Value:
        """The argument that these inputs make."""
        members = [
            values[member] if isinstance(member, str) else member.built(values) for member in self.members
        ]
        if self.list_ is None:
            return tuple(members)
        return [member for member in members if not _absent(member)]


def assembled(groups: Mapping[str, Group], values: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments by name, in the order of the call: a group stands where its first input does."""
    group_of = {name: group for group, members in groups.items() for name in members.names}
    arguments: dict[str, Value] = {}
    for name, value in values.items():
        group = group_of.get(name)
        if group is None:
            arguments[name] = value
        elif group not in arguments:
            arguments[group] = groups[group].built(values)
    return arguments


def _absent(value: Value) -> bool:
    return value is None or (isinstance(value, tuple) and all(map(_absent, value)))
