"""What a rule rests on: the arithmetic of the form, a published text, or a reviewer's practice.

A rule names texts and practices of ``rules/vocabulary/basis.yaml``. One that is an equation, or
that names nothing, rests on arithmetic. A bureau's own rule may name a text that the list lacks.
"""

from collections.abc import Sequence
from typing import Any

from auditor.language import _, chosen, pick
from auditor.resources import vocabulary

ARITHMETIC, TEXT, PRACTICE = "arithmetic", "text", "practice"


def kind(names: Sequence[str], *, equation: bool = False) -> str:
    """The strongest of the three kinds that a rule rests on."""
    if equation or not names:
        return ARITHMETIC
    return TEXT if any(not _is_practice(name) for name in names) else PRACTICE


def kind_name(names: Sequence[str], *, equation: bool = False) -> str:
    """The kind in the language in use."""
    named = {ARITHMETIC: _("算术"), TEXT: _("成文规定"), PRACTICE: _("审核惯例")}
    return named[kind(names, equation=equation)]


def words(names: Sequence[str], *, equation: bool = False) -> str:
    """The basis of a finding in a few words."""
    told = [_("算术")] if equation or not names else []
    for name in names:
        practice = _is_practice(name)
        told.append(_("{name}（审核惯例）").format(name=called(name)) if practice else called(name))
    return _("、").join(told)


def lines(names: Sequence[str], *, equation: bool = False) -> list[str]:
    """The basis of a rule, one line each, with how much of a text was read."""
    told = [_("算术：由表内数字和结构推出")] if equation or not names else []
    for name in names:
        line = _("{kind}：{name}").format(kind=kind_name([name]), name=called(name))
        entry = _listed().get(name)
        told.append(
            _("{text}（{note}）").format(text=line, note=pick(entry["read"])) if entry else line
        )
    return told


def called(name: str) -> str:
    """A text or practice in the language in use."""
    entry = _listed().get(name)
    return name if entry is None or chosen() == "zh" else str(entry["en"])


def _is_practice(name: str) -> bool:
    return bool(_listed().get(name, {}).get("kind") == PRACTICE)


def _listed() -> dict[str, dict[str, Any]]:
    listed: dict[str, dict[str, Any]] = vocabulary()["basis"]
    return listed
