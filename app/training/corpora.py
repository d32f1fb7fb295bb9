"""Texts to learn from: a file, what comes with Python, or a download that is checked by its hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import pooch

from app.errors import NotReady, Unusable

PYTHON_DOCS = "python-docs"


@dataclass(frozen=True, slots=True)
class Download:
    """A text at a public address, and the SHA-256 of what is to be found there."""

    url: str
    sha256: str


DOWNLOADS: Mapping[str, Download] = {
    "time-machine": Download(
        "http://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt",
        "8424dbd9532ac81f7e5f0b6add90e6952baea29158309d7d1bf3884f4e12c516",
    ),
    "tiny-shakespeare": Download(
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ),
}
NAMES = (PYTHON_DOCS, *DOWNLOADS)


def read(text: str, data_dir: Path) -> str:
    """The text of this name, or of the file at this path. Raises Unusable, and NotReady without a network."""
    if text == PYTHON_DOCS:
        return python_docs()
    if text in DOWNLOADS:
        return _read_file(_fetched(text, DOWNLOADS[text], data_dir / "corpora"))
    path = Path(text)
    if not path.exists():
        raise Unusable(f"there is no text {text!r}; give the path of a file, or one of: {', '.join(NAMES)}")
    return _read_file(path)


def python_docs() -> str:
    """What `help()` knows of the language itself: English, and wherever Python is."""
    return "\n".join(topics[name] for name in sorted(topics))


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as wrong:
        raise Unusable(f"cannot read {path}: {wrong.strerror}; give a text file that you may read") from wrong
    except UnicodeDecodeError as wrong:
        raise Unusable(f"{path} is not UTF-8 text (byte {wrong.start}); save it as UTF-8") from wrong


def _fetched(name: str, download: Download, folder: Path) -> Path:
    """Where the text lies: downloaded the first time, and found there the next."""
    pooch.get_logger().setLevel("WARNING")
    file = f"{name}.txt"
    try:
        pooch.retrieve(
            download.url,
            known_hash=f"sha256:{download.sha256}",
            fname=file,
            path=folder,
        )
    except OSError as wrong:  # what requests raises is one too
        raise NotReady(
            f"{name} could not be downloaded from {download.url} ({type(wrong).__name__}): is there a"
            f" network? Without one, put the file at {folder / file}, give the path of any text,"
            f" or take {PYTHON_DOCS}"
        ) from wrong
    except ValueError as wrong:  # pooch says no more when a hash differs
        raise Unusable(
            f"what {download.url} holds is not the {name} that was expected (its SHA-256 differs);"
            f" give the path of a text that you trust"
        ) from wrong
    return folder / file
