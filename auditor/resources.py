"""Where the data files of the tool live, and how they are read quickly.

``rules/`` and ``reports/`` are what a bureau may change without touching Python. In a wheel they
lie inside the package, in a checkout beside it; :func:`folder` is the only place that knows.

Parsing YAML costs more than auditing a form, so a folder is parsed once and kept as JSON under the
hash of its contents: a changed file is a changed hash, so the cache can never be stale.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from auditor import output_files
from auditor.version import __version__

_PACKAGE = Path(__file__).parent
_MOST_YAML = 1024 * 1024  # bytes; our longest file has a twentieth of it
_DEEPEST_YAML = 40


class ResourceError(Exception):
    """A data file of the tool (rule, vocabulary, profile) cannot be read; names the file."""


def folder(name: str) -> Path:
    """The folder ``rules`` or ``reports``, from the wheel if it carries one, else the checkout.

    Raises:
        ResourceError: neither place has it.
    """
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise ResourceError(f"the folder {name}/ is missing from this installation")


def yaml_files(root: Path) -> list[Path]:
    """All YAML files below ``root`` in a stable order."""
    return sorted(p for p in root.rglob("*.yaml") if p.is_file())


def digest(files: Iterable[Path]) -> str:
    """A hash of names and contents, and of this tool's version; 16 hexadecimal digits."""
    total = hashlib.sha256(__version__.encode())
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def load_yaml(file: Path) -> Any:
    """One YAML file.

    Raises:
        ResourceError: it cannot be opened, is not YAML, or is none that a person writes (aliases,
            deep nesting, great size); the message has the file, and line and column if known.
    """
    import yaml

    try:
        with file.open("rb") as opened:
            text = opened.read(_MOST_YAML + 1).decode("utf-8")
        if len(text) > _MOST_YAML:
            raise ResourceError(f"{file}: longer than {_MOST_YAML} bytes")
        refuse_aliases(text)
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ResourceError(f"{file}: {error}") from error


def refuse_aliases(text: str) -> None:
    """Refuses YAML in which a few lines stand for billions of values, or for endless depth.

    Raises:
        yaml.MarkedYAMLError: an alias, or nesting beyond any file of ours, with its place.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST_YAML:
            said = "aliases (*name) and deep nesting are not allowed"
            place: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem=said, problem_mark=place)


def remembered(kind: str, files: list[Path], make: Callable[[], Any]) -> Any:
    """``make()``, or what it returned for these very contents before.

    The result must survive JSON. A cache that cannot be read or written costs time, nothing else.
    """
    cached = _cache_folder() / f"{kind}-{digest(files)}.json"
    try:
        return orjson.loads(cached.read_bytes())
    except (OSError, ValueError):
        pass  # nothing remembered yet, or a damaged file: make it again
    made = make()
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        output_files.write(cached, orjson.dumps(made, option=orjson.OPT_NON_STR_KEYS))
    except OSError:
        pass
    return made


_instead: list[dict[str, Any]] = []


def vocabulary() -> dict[str, Any]:
    """Every file of ``rules/vocabulary/`` by its stem."""
    return _instead[-1] if _instead else _listed()


@contextmanager
def instead_of_vocabulary(listed: dict[str, Any]) -> Iterator[None]:
    """Within the block :func:`vocabulary` is ``listed``."""
    _instead.append(listed)
    try:
        yield
    finally:
        _instead.pop()


@cache
def _listed() -> dict[str, Any]:
    files = yaml_files(folder("rules") / "vocabulary")
    made: dict[str, Any] = remembered(
        "vocabulary", files, lambda: {file.stem: load_yaml(file) for file in files}
    )
    return made


def _cache_folder() -> Path:
    if configured := os.environ.get("AUDITOR_CACHE"):
        return Path(configured)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "auditor"
