"""What a rule rests on: the arithmetic of the form, a published text, or a reviewer's practice.

A rule names texts and practices of ``rules/vocabulary/basis.yaml``; one that names nothing rests on
arithmetic. A bureau's own rule may name a text that the list does not have.
"""

from collections.abc import Iterable
from typing import Any

from auditor.language import _, chosen, pick
from auditor.resources import vocabulary

ARITHMETIC, TEXT, PRACTICE = "arithmetic", "text", "practice"


def kind(names: Iterable[str]) -> str:
    """The strongest kind among what a rule names."""
    kinds = {_listed().get(name, {}).get("kind", TEXT) for name in names}
    return TEXT if TEXT in kinds else PRACTICE if PRACTICE in kinds else ARITHMETIC


def words(names: Iterable[str]) -> str:
    """The basis of a finding in a few words."""
    told = [
        _("{name}（审核惯例）").format(name=called(name)) if _is_practice(name) else called(name)
        for name in names
    ]
    return _("、").join(told) or _("算术")


def lines(names: Iterable[str]) -> list[str]:
    """The basis of a rule, one line each, with how much of a text was read."""
    told = []
    for name in names:
        entry = _listed().get(name)
        word = _("审核惯例") if _is_practice(name) else _("成文规定")
        read = f"（{pick(entry['read'])}）" if entry and chosen() == "zh" else ""
        if entry and not read:
            read = f" ({pick(entry['read'])})"
        told.append(_("{kind}：{name}").format(kind=word, name=called(name)) + read)
    return told or [_("算术：由表内数字和结构推出")]


def called(name: str) -> str:
    """A text or practice in the language in use."""
    entry = _listed().get(name)
    return name if entry is None or chosen() == "zh" else str(entry["en"])


def _is_practice(name: str) -> bool:
    return bool(_listed().get(name, {}).get("kind") == PRACTICE)


def _listed() -> dict[str, dict[str, Any]]:
    listed: dict[str, dict[str, Any]] = vocabulary()["basis"]
    return listed
