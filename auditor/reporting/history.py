"""The history of audits as tables with bars in the terminal, and as one page with charts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.findings.history import QUERIES, asked
from auditor.language import _, chosen, pick
from auditor.reporting.templates import found, rendered
from auditor.reporting.visible_text import legible

if TYPE_CHECKING:
    from rich.table import Table

_BARS = {"rounds": "errors", "units": "errors", "rules": "findings", "offenders": "findings"}
_WIDTH, _LONGEST, _LONGEST_OF_ROUNDS = 20, 26, 14
_TEXTS = frozenset({"source", "unit", "profile", "latest"})
_MOST_LINES = 8


def titles() -> dict[str, str]:
    """What the four views are called."""
    return {
        "rounds": _("各轮审核"),
        "units": _("各单位的走势"),
        "rules": _("各规则的走势"),
        "offenders": _("屡次出现的问题"),
    }


def headers() -> dict[str, str]:
    """What the columns are called."""
    return {
        "audit": _("轮次"), "audited_on": _("日期"), "source": _("来源"), "profile": _("地区设置"),
        "forms": _("表"), "return": _("退回修改"), "explain": _("要求说明"), "pass": _("通过"),
        "errors": _("错误"), "warnings": _("警告"), "advice": _("提示"), "waived": _("已豁免"),
        "unit": _("实施单位"), "rule": _("规则"), "findings": _("问题数"), "rounds": _("轮数"),
        "projects": _("项目数"), "latest": _("最近一次"),
    }  # fmt: skip


def table(by: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> "Table":
    """A view for 80 columns and more; a bar shows the count that matters most."""
    from rich.bar import Bar
    from rich.table import Table
    from rich.text import Text

    made = Table(title=titles()[by], title_justify="left", box=None, pad_edge=False,
                 padding=(0, 1, 0, 0), header_style="bold underline")  # fmt: skip
    place = columns.index(_BARS[by])
    most = max((row[place] or 0 for row in rows), default=0)
    for name in columns:
        longest = _LONGEST_OF_ROUNDS if by == "rounds" else _LONGEST
        made.add_column(_short_headers()[name], no_wrap=True, overflow="ellipsis",
                        max_width=longest if name in _TEXTS else None)  # fmt: skip
    made.add_column("", max_width=_WIDTH)
    for row in rows:
        bar = Bar(most, 0, row[place] or 0, color="red") if most else ""
        made.add_row(*(Text(legible(_shown(value))) for value in row), bar)
    return made


_SHORT = {
    "audit": {"zh": "轮", "en": "#"}, "profile": {"zh": "地区", "en": "region"},
    "return": {"zh": "退回", "en": "return"}, "explain": {"zh": "说明", "en": "expl."},
    "warnings": {"zh": "警告", "en": "warn."}, "waived": {"zh": "豁免", "en": "waiv."},
}  # fmt: skip


def _short_headers() -> dict[str, str]:
    """Headers that twelve columns have room for."""
    return headers() | {name: pick(both) for name, both in _SHORT.items()}


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def html(file: Path, own: Path | None = None) -> str:
    """One self-contained page: the four views, with their charts.

    Raises:
        HistoryFault: the file is no history.
    """
    from markupsafe import Markup

    views = {}
    for name in QUERIES:
        columns, rows = asked(file, name)
        shown = [[legible(_shown(value)) for value in row] for row in rows]
        views[name] = {
            "title": titles()[name],
            "headers": [headers()[column] for column in columns],
            "rows": shown,
            "chart": Markup(_chart(name, columns, shown)) if rows else "",  # noqa: S704 - vl-convert escapes
        }
    style = found("html/style.css", own).read_text("utf-8")
    return rendered(
        "html/history.html.j2",
        own,
        views=views,
        style=Markup(style),  # noqa: S704 - a file of the tool or of the bureau
        language=chosen(),
    )


def _chart(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from auditor.reporting.charts import lines

    records = [dict(zip(columns, row, strict=True)) for row in rows]
    told = headers()
    if name == "offenders":
        return ""
    if name == "rounds":
        points = [
            {"x": r["audit"], "y": int(r[key] or 0), "kind": told[key]}
            for r in records
            for key in ("errors", "warnings", "advice")
        ]
        return lines(points, told["audit"], told["findings"], titles()[name])
    series, count = ("unit" if name == "units" else "rule"), _BARS[name]
    points = [
        {"x": r["audit"], "y": int(r[count] or 0), "kind": r[series]}
        for r in _busiest(records, series, count)
    ]
    return lines(points, told["audit"], told[count], titles()[name])


def _busiest(records: Sequence[dict[str, str]], series: str, count: str) -> list[dict[str, str]]:
    """The records of the series with the highest counts: more lines cannot be told apart."""
    totals: dict[str, int] = {}
    for record in records:
        totals[record[series]] = totals.get(record[series], 0) + int(record[count] or 0)
    kept = sorted(totals, key=lambda name: (-totals[name], name))[:_MOST_LINES]
    return [record for record in records if record[series] in kept]
