"""What changed between two versions of a rulebook: rules and the parameters of profiles.

The older one is read as it stands, without checking: it may be of a version with other columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.resources import folder, load_yaml, yaml_files

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_FORMAL = frozenset({"since", "status", "examples", "basis"})  # change no finding
_VOCABULARY = "vocabulary"


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule or profile: how it changed, and each key that did with its old and new value."""

    kind: str
    name: str
    title: str
    keys: Mapping[str, tuple[Any, Any]]

    @property
    def matters(self) -> bool:
        """Whether a form may get other findings by it."""
        return self.kind != CHANGED or not {key.split(".")[0] for key in self.keys} <= _FORMAL

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        keys = {key: {"old": old, "new": new} for key, (old, new) in self.keys.items()}
        return {"kind": self.kind, "name": self.name, "title": self.title, "keys": keys}


def differences(old: Path, new: Path | None = None, language: str = "zh") -> list[Difference]:
    """What changed from the rulebook in a folder to another one, ours if none is named.

    Raises:
        ResourceError: a file is no YAML.
    """
    before, after = _entries(old), _entries(new or folder("rules"))
    found = []
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        known = other or one or {}
        title = (known.get("title") or {}).get(language, "")
        if one is None or other is None:
            found.append(Difference(ADDED if one is None else REMOVED, name, title, {}))
            continue
        keys = _changed(one, other)
        if keys:
            found.append(Difference(CHANGED, name, title, keys))
    return found


def _changed(one: dict[str, Any], other: dict[str, Any], within: str = "") -> dict[str, Any]:
    """The keys with other values; of two mappings (parameters, message) what differs in them."""
    found: dict[str, Any] = {}
    for key in sorted(one.keys() | other.keys()):
        before, after = one.get(key), other.get(key)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            found |= _changed(before, after, f"{within}{key}.")
        else:
            found[f"{within}{key}"] = (before, after)
    return found


def _entries(root: Path) -> dict[str, dict[str, Any]]:
    """Every rule by its id, and every profile by ``profile`` and its name."""
    made: dict[str, dict[str, Any]] = {}
    for file in yaml_files(root):
        if file.parent.name == _VOCABULARY:
            continue
        data = load_yaml(file)
        if isinstance(data, dict) and "id" in data:
            made[str(data["id"])] = data
        elif isinstance(data, dict) and "parameters" in data:
            made[f"profile {data.get('name', file.stem)}"] = data
    return made
