"""The OpenAPI document: complete, with examples that fit, and true under generated requests."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.main import create_app
from app.settings import Settings
from tests.app.api.support import RIGHT, SLUG, Service

DOCUMENT: dict[str, Any] = create_app(Settings()).openapi()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {
    result.ok().label: result.ok() for result in SCHEMA.get_all_operations() if isinstance(result, Ok)
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The roles' own tokens must survive: deleting is tried with ids nobody has.
_REAL_IDS = st.sampled_from(["attempt", "stored case", "folder case", "version"])


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema | {"components": DOCUMENT["components"]})


def test_every_route_says_what_it_takes_and_answers() -> None:
    for method, path, operation in _operations():
        where = f"{method} {path}"
        assert operation["security"] == [{"token": []}], where
        assert operation["description"], where
        assert {"401", "422", "500"} <= set(operation["responses"]), where
        assert ("404" in operation["responses"]) is ("{" in path), where
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                content = response["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, where
                assert not list(_validator(content["schema"]).iter_errors(content["example"])), where
                assert content["example"]["status"] == int(status), where


def test_every_example_fits_its_schema() -> None:
    seen = 0
    for method, path, operation in _operations():
        for status, response in operation["responses"].items():
            content = response.get("content", {}).get("application/json")
            if content is not None:
                seen += 1
                errors = _validator(content["schema"]).iter_errors(content["example"])
                assert not list(errors), f"{method} {path} {status}"
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]
            schema = content["schema"]
            name = schema.get("$ref", "").rpartition("/")[2]
            for example in schema.get("examples") or DOCUMENT["components"]["schemas"][name]["examples"]:
                seen += 1
                assert not list(_validator(schema).iter_errors(example)), f"{method} {path}"
    assert seen > 20


@pytest.fixture(scope="module")
def real_ids(service: Service) -> dict[str, str]:
    """An id of each kind that exists."""
    with service.client("learner") as learner, service.client("instructor") as instructor:
        cases = f"/problems/{SLUG}/cases"
        stored = instructor.post(cases, json={"name": "to be found", "sizes": {"T": 4}}).json()
        return {
            "attempt": learner.post(f"/problems/{SLUG}/attempts", json={"source": RIGHT}).json()["id"],
            "stored case": stored.get("id", ""),
            "folder case": instructor.get(f"{cases}?per_page=100").json()[-1]["id"],
            "version": learner.get(f"/problems/{SLUG}").json()["version"],
        }


@pytest.mark.parametrize("role", ["learner", "instructor", "admin"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_gets_a_server_error_or_an_undocumented_answer(
    service: Service, real_ids: dict[str, str], label: str, role: str
) -> None:
    headers = {"Authorization": f"Bearer {service.tokens[role]}"}

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        case=_cases(OPERATIONS[label]),
        real_slug=st.sampled_from([True, True, False]),
        real_id=st.none() | _REAL_IDS,
    )
    def try_it(case: Case[Any], *, real_slug: bool, real_id: str | None) -> None:
        if real_slug and "slug" in case.path_parameters:
            case.path_parameters["slug"] = SLUG
        if real_id is not None and "id" in case.path_parameters:
            case.path_parameters["id"] = real_ids[real_id]
        response = case.call(base_url=service.url, headers=headers, timeout=60)
        case.validate_response(response, checks=CHECKS)

    try_it()


def _cases(operation: APIOperation[Any, Any, Any, Any]) -> st.SearchStrategy[Case[Any]]:
    """Requests that fit the document, and requests that don't."""
    strategies = [operation.as_strategy(GenerationMode.POSITIVE)]
    if operation.method.upper() in ("POST", "DELETE") or operation.query:
        strategies.append(operation.as_strategy(GenerationMode.NEGATIVE))
    return st.one_of(strategies)
