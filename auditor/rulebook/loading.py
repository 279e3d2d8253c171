"""Rule files and profiles to a checked rulebook.

Everything that can be wrong with a rule is found here, before any form is looked at. A checked
rulebook is remembered by the hash of its files, so sqlglot loads only when a rule is new.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor.facts.schema import VERSION, Column, tables
from auditor.language import LANGUAGES
from auditor.resources import (
    ResourceError,
    digest,
    folder,
    load_yaml,
    remembered,
    vocabulary,
    yaml_files,
)
from auditor.rulebook.model import Rule, RuleFault, columns_of

DEFAULT_PROFILE = "national"
_PROFILE_KEYS = {"name", "title", "match", "parameters", "severities", "switched_off"}
_PLACEHOLDER = re.compile(r"\{(\w+)(?::percent)?\}")
_COMPUTED_FIELDS = {"reported", "expected", "difference", "count"}


@dataclass(frozen=True, slots=True)
class Profile:
    """Regional parameters, severities and rules switched off; no logic."""

    name: str
    title: dict[str, str]
    parameters: dict[str, str]
    sources: dict[str, dict[str, str]]
    severities: dict[str, str]
    off: tuple[str, ...]
    match: tuple[str, ...] = ()

    def number(self, name: str) -> Decimal:
        """A parameter as an exact number."""
        return Decimal(self.parameters[name])


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules by id, the profiles, and the hash that names this state of them."""

    rules: dict[str, Rule]
    profiles: dict[str, Profile]
    hash: str


def load(extra: Path | None = None) -> Rulebook:
    """The rulebook that ships with the tool, with the rules of ``extra`` added.

    Raises:
        RuleFault: a rule or profile file is wrong; the message has the file and what to change.
    """
    root = folder("rules")
    files = [f for f in yaml_files(root) if f.parent.name != "vocabulary"]
    if extra is not None:
        if not extra.is_dir():
            raise RuleFault(str(extra), "no such folder of rules")
        files += yaml_files(extra)
    key = f"rulebook-{VERSION}"
    made = remembered(key, files, lambda: _checked(files))
    rules = {data["id"]: Rule.from_dict(data) for data in made["rules"]}
    profiles = {data["name"]: Profile(**data) for data in made["profiles"]}
    return Rulebook(rules, profiles, digest(files))


def _checked(files: list[Path]) -> dict[str, Any]:
    """Parses and checks every file; what the cache keeps."""
    try:
        parsed = [(file, load_yaml(file)) for file in files]
    except ResourceError as error:
        name, _colon, message = str(error).partition(": ")
        raise RuleFault(name, message) from error
    profiles = [(f, data) for f, data in parsed if f.parent.name == "profiles"]
    rules = [(f, data) for f, data in parsed if f.parent.name != "profiles"]
    known = _profiles(profiles)
    parameters = set(known[0]["parameters"])
    checked: dict[str, Rule] = {}
    for file, data in rules:
        rule = _rule(file, data, parameters)
        if rule.id in checked:
            raise RuleFault(str(file), f"id {rule.id} is taken by {checked[rule.id].file}")
        checked[rule.id] = rule
    for rule in checked.values():
        for other in rule.supersedes:
            if other["rule"] not in checked:
                raise RuleFault(rule.file, f"supersedes unknown rule {other['rule']!r}")
    for (file, _data), profile in zip(profiles, known, strict=True):
        unknown = {*profile["off"], *profile["severities"]} - set(checked)
        if unknown:
            raise RuleFault(str(file), f"unknown rule {min(unknown)!r}")
    return {"rules": [rule.as_dict() for rule in checked.values()], "profiles": known}


def _profiles(parsed: list[tuple[Path, Any]]) -> list[dict[str, Any]]:
    """Profiles with what they inherit from national filled in, national first."""
    by_name = {data["name"]: (file, data) for file, data in parsed}
    national = by_name[DEFAULT_PROFILE][1]
    made: list[dict[str, Any]] = []
    for name in sorted(by_name, key=lambda name: (name != DEFAULT_PROFILE, name)):
        file, data = by_name[name]
        keys = set(data) - _PROFILE_KEYS
        if keys:
            raise RuleFault(str(file), f"unknown key {min(map(str, keys))!r}")
        given = {**national["parameters"], **data.get("parameters", {})}
        strange = set(given) - set(national["parameters"])
        if strange:
            raise RuleFault(str(file), f"unknown parameter {min(strange)!r}")
        made.append(
            {
                "name": name,
                "title": data["title"],
                "parameters": {key: str(entry["value"]) for key, entry in given.items()},
                "sources": {
                    key: {"source": str(entry["source"]), "sure": str(entry["sure"])}
                    for key, entry in given.items()
                },
                "severities": data.get("severities", {}),
                "off": tuple(data.get("switched_off", ())),
                "match": tuple(data.get("match", ())),
            }
        )
    return made


def _rule(file: Path, data: Any, parameters: set[str]) -> Rule:  # noqa: C901 - one key a line
    from auditor.rulebook import expressions

    _check_shape(file, data)
    columns = tables()[data["table"]]
    try:
        applies = list((data.get("applies") or {}).items())
        for _reason, condition in applies:
            expressions.check_predicate(condition, columns, parameters)
        severity = _severity(data["severity"])
        for condition, _level in severity:
            if condition:
                expressions.check_predicate(condition, columns, parameters)
        equation = flag = query = None
        if "equation" in data:
            equation = expressions.parse_equation(data["equation"], columns, parameters)
        elif "flag" in data:
            flag = data["flag"]
            expressions.check_predicate(flag, columns, parameters)
        else:
            query = data["query"]
            expressions.check_query(query, tables(), parameters)
        holds = [
            expressions.parse_equation(text, columns, parameters) for text in data.get("holds", ())
        ]
    except expressions.ExpressionFault as fault:
        raise RuleFault(str(file), str(fault)) from fault
    if query is not None and (applies or len(severity) > 1):
        raise RuleFault(str(file), "a query says itself where it applies, and has one severity")
    rule = Rule(
        id=data["id"],
        name=data["name"],
        since=str(data["since"]),
        status=data["status"],
        title=data["title"],
        severity=severity,
        table=data["table"],
        applies=applies,
        cells=data["cells"],
        message=data["message"],
        remedy=data["remedy"],
        why=data["why"],
        basis=list(data.get("basis") or ()),
        false_alarms=data.get("false_alarms") or {language: [] for language in LANGUAGES},
        equation=equation,
        flag=flag,
        query=query,
        holds=holds,
        truncated=data.get("truncated", "pass"),
        once=data.get("once", "row"),
        evidence=data.get("evidence"),
        causes=list(data.get("causes", ())),
        impact=data.get("impact"),
        reported=data.get("reported"),
        expected=data.get("expected"),
        together=data.get("together"),
        told_by=list(data.get("told_by", ())),
        beside=list(data.get("beside", ())),
        also=list(data.get("also", ())),
        supersedes=[_superseded(entry) for entry in data.get("supersedes") or ()],
        examples=data["examples"],
        file=str(file),
    )
    rule.columns = _columns_of(rule)
    if rule.evidence is None:
        rule.evidence = _default_evidence(rule, columns)
    _check_messages(file, rule, columns, parameters)
    unheard = set(rule.causes) - set(vocabulary()["causes"])
    if unheard:
        raise RuleFault(str(file), f"unknown cause {min(unheard)!r}")
    names = {column.name for column in columns}
    used = [entry["when"] for entry in (*rule.supersedes, *rule.also) if entry["when"]]
    expected = None if rule.expected is None or rule.expected.isdigit() else rule.expected
    for name in (*used, *filter(None, (rule.reported, expected, rule.together))):
        if name not in names:
            raise RuleFault(str(file), f"{name!r} is no column of {rule.table}")
    return rule


def _check_shape(file: Path, data: Any) -> None:
    """The file against the JSON Schema of rule files."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from auditor.schemas import load as load_schema

    error = best_match(Draft202012Validator(load_schema("rule")).iter_errors(data))
    if error is not None:
        path = ".".join(str(step) for step in error.absolute_path)
        raise RuleFault(str(file), f"{path}: {error.message}" if path else error.message)


def _severity(given: Any) -> list[tuple[str, str]]:
    if isinstance(given, str):
        return [("", given)]
    return [(entry.get("when", ""), entry["severity"]) for entry in given]


def _superseded(entry: Any) -> dict[str, str]:
    if isinstance(entry, str):
        return {"rule": entry, "scope": "row", "when": ""}
    return {
        "rule": entry["rule"],
        "scope": entry.get("scope", "row"),
        "when": entry.get("when", ""),
    }


def _columns_of(rule: Rule) -> list[str]:
    """Every column that a rule's conditions and equations name, each once."""
    from auditor.rulebook import expressions

    conditions = [when for _reason, when in rule.applies]
    conditions += [when for when, _level in rule.severity if when]
    conditions += [rule.flag] if rule.flag else []
    named = [name for sql in conditions for name in expressions.columns_in(sql)]
    for equation in filter(None, (rule.equation, *rule.holds)):
        named += columns_of(equation.left) + columns_of(equation.right)
    return list(dict.fromkeys(named))


def _default_evidence(rule: Rule, columns: tuple[Column, ...]) -> list[str]:
    """The cells behind every column that the body names: what an accusation rests on."""
    from auditor.rulebook import expressions

    named: list[str] = []
    for equation in filter(None, (rule.equation, *rule.holds)):
        named += columns_of(equation.left) + columns_of(equation.right)
    if rule.flag:
        named += expressions.columns_in(rule.flag)
    types = {column.name for column in columns}
    evidence: list[str] = []
    for name in dict.fromkeys(named):
        base = re.sub(r"_(lo|hi|text|blank|op|kind|unit|dimension)$", "", name)
        if f"{base}_cells" in types:
            evidence.append(f"@{base}_cells")
        elif f"{base}_text" in types:
            evidence.append(base)
    return evidence


def _check_messages(
    file: Path, rule: Rule, columns: tuple[Column, ...], parameters: set[str]
) -> None:
    known = {column.name for column in columns} | parameters | _COMPUTED_FIELDS
    added = [text for entry in rule.also for key, text in entry.items() if key != "when"]
    for text in (*rule.message.values(), *rule.remedy.values(), *added):
        for field in _PLACEHOLDER.findall(text):
            if field not in known:
                raise RuleFault(str(file), f"message names {field!r}, which its table lacks")
    names = {column.name for column in columns}
    for cell in (*rule.cells, *(rule.evidence or ())):
        base = cell.removeprefix("@")
        fixed = cell.startswith("/") or cell in ("", ".")
        if not fixed and base not in names and base not in ("deviation", "level1", "level2"):
            raise RuleFault(str(file), f"cell {cell!r} is no column of {rule.table}")
