"""A page per rule in Markdown, and their index: what ``auditor rules pages`` writes.

Everything on a page comes from the rule's file; its examples are forms that the tests run.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.findings import basis, cell_names
from auditor.language import _, chosen, pick
from auditor.resources import vocabulary
from auditor.rulebook.model import Rule

_BLANK = "（空）"


def pages(rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """(name of the file, its text) of every rule's page and of the index, in order."""
    listed = sorted(rules, key=lambda rule: rule.id)
    yield "README.md", _index(listed)
    for rule in listed:
        yield f"{rule.id}.md", _page(rule)


def _index(rules: list[Rule]) -> str:
    rows = [
        f"| [{r.id}]({r.id}.md) | {_levels(r)} | {pick(r.title)} | {r.name} "
        f"| {basis.kind_name(r.basis, equation=r.equation is not None)} |"
        for r in rules
    ]
    head = [
        f"# {_('规则')}",
        "",
        _("由 `auditor rules pages docs/rules` 从规则文件生成，不要手改。"),
        "",
        f"| {_('编号')} | {_('级别')} | {_('检查什么')} | {_('名称')} | {_('依据')} |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _basis(rule: Rule) -> list[str]:
    return basis.lines(rule.basis, equation=rule.equation is not None)


def _levels(rule: Rule) -> str:
    return "/".join(dict.fromkeys(cell_names.severity(level) for _when, level in rule.severity))


def _page(rule: Rule) -> str:
    alarms = rule.false_alarms[chosen()]
    parts = [
        f"# {rule.id} {pick(rule.title)}",
        "",
        f"`{rule.name}` · {_levels(rule)}",
        *_section(_("检查什么"), [f"```sql\n{body(rule)}\n```", *_conditions(rule)]),
        *_section(_("为什么"), [pick(rule.why)]),
        *_section(_("反例"), [_example(e) for e in rule.examples["flag"]]),
        *_section(_("正例"), [_example(e) for e in rule.examples["pass"]]),
        *_section(_("依据"), [f"- {line}" for line in _basis(rule)]),
        *_section(_("何时误报"), [f"- {text}" for text in alarms] or [_("未见")]),
        *_section(_("真实表上"), [_precision(rule)]),
        *_section(_("怎么改"), [pick(rule.remedy)]),
        *_company(rule),
    ]
    return "\n".join(parts) + "\n"


def _precision(rule: Rule) -> str:
    """How often the rule was right on the real forms, by hand."""
    counted: dict[str, list[int]] = vocabulary()["precision"]
    if rule.id not in counted:
        return _("在逐条核对过的真实表上没有报过。")
    found, arguable, wrong = counted[rule.id]
    return _(
        "在逐条核对过的真实表上报了 {found} 条：对 {right}，可商榷 {arguable}，错 {wrong}。"
    ).format(found=found, right=found - arguable - wrong, arguable=arguable, wrong=wrong)


def _section(title: str, texts: list[str]) -> list[str]:
    return ["", f"## {title}", "", "\n".join(texts)]


def body(rule: Rule) -> str:
    """What a rule tests, as its file states it."""
    if rule.equation is not None:
        return "\n".join([rule.equation.text, *(equation.text for equation in rule.holds)])
    return (rule.flag or rule.query or "").strip()


def _conditions(rule: Rule) -> list[str]:
    if not rule.applies:
        return []
    rows = [f"- `{when.strip()}`（{reason}）" for reason, when in rule.applies]
    return ["", _("只在这些条件都成立时判断（括号内是不适用的原因）："), "", *rows]


def _example(entry: dict[str, Any]) -> str:
    """One example: the form as tables, what stands beside it, and what the rule says."""
    blocks = [_form(entry["given"])]
    headings = {"beside": _("同批另有"), "previous": _("上年"), "roster": _("清单")}
    for name, heading in headings.items():
        blocks += [f"{heading}：\n\n{_form(form)}" for form in entry.get(name, [])]
    cells = "、".join(f"`{cell}`" for cell in entry.get("cells", ()))
    said = {
        _("地区设置："): entry.get("profile"),
        _("指出的格："): cells,
        _("应为："): entry.get("expected"),
        "": entry.get("note"),
    }
    blocks += [f"{label}{text}" for label, text in said.items() if text]
    return "\n\n".join(block for block in blocks if block) + "\n\n---\n"


def _form(given: dict[str, Any]) -> str:
    """What an example names of a form: single cells as lines, rows as tables."""
    names = cell_names.form_cells()
    single = [
        f"- {names.get(key, key)}：{_shown(value)}"
        for key, value in given.items()
        if not isinstance(value, list)
    ]
    listed = [f"- `{key}`：{'、'.join(map(str, value)) or _BLANK}" for key, value in given.items()
              if key in ("missing_columns", "missing_rows")]  # fmt: skip
    tables = [
        _table(given.get(key, []), {"kind": _("种类"), **columns, "parent": _("上级行")})
        for key, columns in (
            ("funds", cell_names.fund_columns()), ("indicators", cell_names.indicator_columns())
        )
    ]  # fmt: skip
    blocks = ["\n".join(single + listed), *tables]
    return "\n\n".join(block for block in blocks if block) or _BLANK


def _table(rows: list[dict[str, Any]], columns: dict[str, str]) -> str:
    used = [name for name in columns if any(name in row for row in rows)]
    if not used:
        return ""
    lines = [[columns[name] for name in used], ["---"] * len(used)]
    lines += [[_shown(row.get(name)) for name in used] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(value: Any) -> str:
    return _BLANK if value is None else str(value).replace("|", "\\|")


def _company(rule: Rule) -> list[str]:
    """What the rule replaces, and who tells it."""
    lines = []
    if rule.supersedes:
        listed = _("、").join(f"[{e['rule']}]({e['rule']}.md)" for e in rule.supersedes)
        lines.append(_("同时成立时代替：") + listed)
    if rule.told_by:
        listed = _("、").join(f"[{other}]({other}.md)" for other in rule.told_by)
        lines.append(_("不单独报告，作为原因写在：") + listed)
    return _section(_("与其他规则"), lines) if lines else []
