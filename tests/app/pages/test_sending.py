"""How pages and files travel: compressed, to be kept, with the headers that protect them."""

import re

import pytest

from tests.app.pages.service import PROBLEM, Service


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_files_go_as_they_were_compressed_when_the_bundle_was_made(service: Service, encoding: str) -> None:
    client = service.browserless()
    address = "/static/dist/style.css"
    whole = client.get(address, headers={"Accept-Encoding": "identity"})
    answer = client.get(address, headers={"Accept-Encoding": encoding})
    assert "content-encoding" not in whole.headers
    assert answer.headers["content-encoding"] == encoding
    assert int(answer.headers["content-length"]) < len(whole.content) / 3
    for each in (whole, answer):
        assert each.headers["content-type"] == "text/css; charset=utf-8"
        assert "Accept-Encoding" in each.headers["vary"]
    if encoding == "gzip":  # the client takes this one apart itself
        assert answer.content == whole.content


def test_what_the_bundler_named_by_its_hash_is_kept_for_good(service: Service) -> None:
    client = service.browserless()
    styles = client.get("/static/dist/style.css").text
    faces = re.findall(r"url\(\"?\./([^\")?]+\.woff2)", styles)
    assert any(face.startswith("noto-sans-math") for face in faces)
    for face in faces:
        answer = client.get(f"/static/dist/{face}")
        assert answer.headers["content-type"] == "font/woff2"
        assert "immutable" in answer.headers["cache-control"]


def test_pages_are_compressed_and_what_has_a_tag_is_not(service: Service) -> None:
    client = service.browserless()
    assert client.get(PROBLEM, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get(PROBLEM, headers={"Accept-Encoding": "identity"}).headers
    listed = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in listed.headers


@pytest.mark.parametrize("path", [PROBLEM, "/nope", "/static/dist/style.css", "/healthz"])
def test_everything_says_what_a_browser_may_do_with_it(service: Service, path: str) -> None:
    headers = service.browserless().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
