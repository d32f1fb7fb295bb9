"""How the document describes what a route answers: headers and an example (a test holds it to the schema)."""

from typing import Any

Responses = dict[int | str, dict[str, Any]]

LOCATED: dict[str, Any] = {
    "Location": {"description": "The absolute address of what was made.", "schema": {"type": "string"}}
}
# FastAPI drops every null from a document, and with them fields that an example must have. So examples wait
# here while it is built, and the document holds their numbers.
_EXAMPLES: list[Any] = []


def answers(
    example: Any,
    status: int = 200,
    *,
    headers: dict[str, Any] | None = None,
    media_type: str = "application/json",
    **more: Any,
) -> Responses:
    """The `responses` entry of an answer that looks like `example`; `more` as FastAPI takes it."""
    described: dict[str, Any] = {"content": {media_type: {"example": number_of(example)}}, **more}
    return {status: described | ({"headers": headers} if headers else {})}


def number_of(example: Any) -> int:
    """What stands for the example until the document is built."""
    _EXAMPLES.append(example)
    return len(_EXAMPLES) - 1


def put_examples(document: dict[str, Any]) -> None:
    """Put the examples where their numbers stand."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    if "example" in content:
                        content["example"] = _EXAMPLES[content["example"]]
