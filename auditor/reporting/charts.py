"""Charts as inline SVG: Vega-Lite specifications in ``reports/charts/``, drawn by vl-convert.

A specification names columns of one table of :mod:`auditor.reporting.statistics`; ``{column}`` in
its strings is the column's header in the language in use. Lines and text take the colour of the
text around them, so that a chart is legible on light and dark pages.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor.reporting.statistics import Numbers, Value
from auditor.reporting.view import Submission

_COLOURS = {"error": "#d33a2c", "warning": "#c98500", "advice": "#2a7fb8",
            "return": "#d33a2c", "explain": "#c98500", "pass": "#2e8b57"}  # fmt: skip
_TEXT = "currentColor"
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_LABEL = 60  # characters; a chart shows some thirty of them


def drawn(folder: Path, tables: Mapping[str, Numbers], view: Submission) -> dict[str, str]:
    """The SVG of every specification in ``folder`` that has something to show, by its name."""
    made = {}
    for file in sorted(folder.glob("*.vl.json")):
        spec = json.loads(file.read_text(encoding="utf-8"))
        numbers = tables[spec["usermeta"]["table"]]
        records = _records(spec["usermeta"], numbers, view)
        if records:
            made[file.name.removesuffix(".vl.json")] = _svg(spec, records, numbers, view)
    return made


def _records(wanted: Mapping[str, Any], numbers: Numbers, view: Submission) -> list[dict[str, Any]]:
    """The rows that the chart can show; ``melt`` makes one record per column of a kind."""
    rows = numbers.records()
    needed = wanted.get("needs", [])
    rows = [row for row in rows if all(row[name] is not None for name in needed)]
    if wanted.get("first"):
        rows = rows[: int(wanted["first"])]
    melted = {"levels": view.levels, "groups": view.groups}.get(wanted.get("melt", ""))
    if melted is not None:
        rows = [
            {**row, "key": key, "kind": label, "order": position, "count": row[key]}
            for row in rows
            for position, (key, label) in enumerate(melted.items())
        ]
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return plain if any(record.get("count", 1) for record in plain) else []


def _plain(value: Value) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, str):
        return value
    if len(value) > _LABEL:
        value = value[: _LABEL - 1] + "…"  # fitting a label of ten thousand letters takes seconds
    return _BEYOND_BMP.sub("▯", value)  # Vega cuts labels by halves of such a character


def _svg(
    spec: dict[str, Any], records: list[dict[str, Any]], numbers: Numbers, view: Submission
) -> str:
    import vl_convert

    names = {**numbers.columns, "title": numbers.title}
    scales = {
        "levels": _scale(view.levels),
        "verdicts": _scale(view.verdicts),
        "shapes": {**_scale(view.verdicts), "range": ["square", "triangle-up", "circle"]},
    }
    filled = _filled(spec, names, scales)
    filled["data"] = {"values": records}
    filled["config"] = {**_style(), **filled.get("config", {})}
    svg: str = vl_convert.vegalite_to_svg(filled, vl_version="5.20")
    return _labelled(svg, numbers.title)


def lines(records: list[dict[str, Any]], x: str, y: str, title: str) -> str:
    """A line per ``kind`` of ``records`` (x, y, kind), over rounds."""
    import vl_convert

    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": [{k: _plain(v) for k, v in record.items()} for record in records]},
        "width": 560,
        "height": 240,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "title": x, "sort": None},
            "y": {"field": "y", "type": "quantitative", "title": y},
            "color": {"field": "kind", "type": "nominal", "title": None},
        },
        "config": _style(),
    }
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="5.20")
    return _labelled(svg, title)


def _scale(words: Mapping[str, str]) -> dict[str, list[str]]:
    return {"domain": list(words.values()), "range": [_COLOURS[key] for key in words]}


def _filled(value: Any, names: Mapping[str, str], scales: Mapping[str, Any]) -> Any:
    """``{column}`` in strings as the column's header, ``"$levels"`` as a colour scale."""
    if isinstance(value, dict):
        return {key: _filled(entry, names, scales) for key, entry in value.items()
                if key != "usermeta"}  # fmt: skip
    if isinstance(value, list):
        return [_filled(entry, names, scales) for entry in value]
    if isinstance(value, str) and value.startswith("$") and value[1:] in scales:
        return scales[value[1:]]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), value)
    return value


def _style() -> dict[str, Any]:
    text = {"labelColor": _TEXT, "titleColor": _TEXT, "labelFontSize": 12, "titleFontSize": 12}
    quiet = {"domainColor": _TEXT, "tickColor": _TEXT, "gridColor": _TEXT, "gridOpacity": 0.15}
    return {
        "background": None,
        "padding": {"left": 16, "right": 5, "top": 5, "bottom": 5},
        "font": "sans-serif",
        "axis": {**text, **quiet, "titleFontWeight": "normal"},
        "legend": text,
        "view": {"stroke": None},
        "text": {"color": _TEXT},
    }


def _labelled(svg: str, title: str) -> str:
    """Named for a screen reader, and as wide as there is room."""
    safe = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{safe}" ', svg, count=1)
