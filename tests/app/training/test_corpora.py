"""Where texts come from: Python, a file, an address that is really asked."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.errors import NotReady, Unusable
from app.training import corpora
from app.training.corpora import Download, read

TEXT = "The Time Traveller (for so it will be convenient to speak of him)\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def offer(monkeypatch: pytest.MonkeyPatch, port: int, text: str = TEXT, path: str = "text.txt") -> None:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    download = Download(f"http://127.0.0.1:{port}/{path}", sha256)
    monkeypatch.setattr(corpora, "DOWNLOADS", {"time-machine": download})


def test_pythons_documentation_is_always_there(tmp_path: Path) -> None:
    text = read("python-docs", tmp_path)
    assert len(text) > 400_000
    assert 'The "for" statement' in text.replace("\n", " ")


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("Ein Stück Text\n", encoding="utf-8")
    assert read(str(file), tmp_path) == "Ein Stück Text\n"


def test_a_download_is_checked_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ThreadingHTTPServer
) -> None:
    offer(monkeypatch, server.server_port)
    assert read("time-machine", tmp_path) == TEXT
    offer(monkeypatch, 9, TEXT)  # where nobody answers: it must not be asked again
    assert read("time-machine", tmp_path) == TEXT


def test_another_text_than_expected_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ThreadingHTTPServer
) -> None:
    offer(monkeypatch, server.server_port, text="something else")
    with pytest.raises(Unusable, match="not the time-machine that was expected"):
        read("time-machine", tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.name == "time-machine.txt"]


@pytest.mark.parametrize("path", ["missing.txt", None])
def test_without_an_answer_it_says_what_else_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ThreadingHTTPServer, path: str | None
) -> None:
    offer(monkeypatch, 9 if path is None else server.server_port, path=path or "text.txt")
    with pytest.raises(NotReady, match=r"is there a network\?.*corpora/time-machine\.txt.*python-docs"):
        read("time-machine", tmp_path)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Stück".encode("latin-1"))
    for text, says in (
        ("nowhere.txt", "no text 'nowhere.txt'; give the path of a file, or one of: python-docs, "),
        (str(latin), "not UTF-8 text .byte 2."),
        (str(tmp_path), "Is a directory"),
    ):
        with pytest.raises(Unusable, match=says):
            read(text, tmp_path)


def test_every_download_has_a_hash() -> None:
    for download in corpora.DOWNLOADS.values():
        assert len(bytes.fromhex(download.sha256)) == 32
