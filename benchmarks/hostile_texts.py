"""Texts made to be slow: ``python -m benchmarks.hostile_texts``.

Every kind of hostile text in every kind of cell, at a million characters and at two, read as a record and
audited. Figures go to docs/reliability.md.
"""

import json
import sys
import time
from statistics import median

import click

from auditor.forms.document_reader import evaluations
from auditor.intake.document import Document
from auditor.intake.records import read_json
from auditor.pipeline import Choice, Extraction, audit, choose
from benchmarks.measuring import Section

PIECES = (
    "完成任务，", "未完工", "1、完成100个；", "（", "(1)", "建设中", "2021年", "2021年1月-12月", "1", "1,", "1.", "1-", "5-6名",
    "——", "甲 乙", "X", "*", "50%", "【2021】", "、", "，；", "一", "百分之", "项目", "3个", "档案管理档案管理", "；", "\n完成\n",
    "1月", "万元", "十", "≥", "和", "《", "“a”", "的", "（甲", "(1", "项目=", "http://a.b/", "110101199001011234", "20XX", "〔2021",
    "二〇二一年", "  ", "\t", "一个", "第1", "达到100%，", "较2020年增长5%，", "已完成5个未完成3个，",
)  # fmt: skip
CELLS = (
    ("goal_expected", "goal_actual"),
    ("i.level3", "i.target", "i.actual", "i.deviation"),
    (
        "project",
        "unit",
        "department",
        "f.label",
        "f.executed",
        "f.rate",
        "f.reason",
        "total_score",
        "grade",
        "year",
    ),
)


def record(text: str, cells: tuple[str, ...]) -> dict:
    """A sound record with the text in some cells."""
    row = {"level1": "产出指标", "level2": "数量指标", "level3": "完成数", "target": "10个", "actual": "10个", "weight": "90",
           "score": "90"}  # fmt: skip
    line = {"kind": "total", "label": "年度资金总额", "initial_budget": "10", "full_year_budget": "10", "executed": "10",
            "weight": "10", "rate": "100%", "score": "10"}  # fmt: skip
    made = {
        "project": "甲项目",
        "goal_expected": "完成10个任务",
        "goal_actual": "完成10个",
        "total_score": "100",
    }
    for cell in cells:
        owner, _dot, name = cell.rpartition(".")
        {"": made, "i": row, "f": line}[owner][name] = text
    return made | {"funds": [line], "indicators": [row]}


def seconds(piece: str, cells: tuple[str, ...], length: int, choice: Choice) -> float:
    """Processor time of reading and auditing one record."""
    text = (piece * (length // len(piece) + 1))[:length]
    raw = json.dumps([record(text, cells)], ensure_ascii=False)
    start = time.process_time()
    parsed = read_json(raw)
    assert parsed is not None
    forms, problems, _notes = evaluations(Document("x.json", (parsed,)))
    result = audit(Extraction(forms, problems), choice)
    assert len(result.reports) == 1, result.problems
    return time.process_time() - start


@click.command()
@click.option("--length", default=1_000_000, show_default=True)
@click.option("--write/--no-write", default=True, help="write docs/reliability.md")
def main(length: int, *, write: bool) -> None:
    """Measures each kind at one and two lengths; the longest allowed is read whole."""
    choice = choose()
    seconds("完", CELLS[0], 100, choice)
    took = {
        (piece, cells): (
            seconds(piece, cells, length, choice),
            seconds(piece, cells, length * 2 - 1, choice),
        )
        for piece in PIECES
        for cells in CELLS
    }
    worst = max(took, key=lambda key: took[key][0])
    steepest = max(took, key=lambda key: took[key][1] / took[key][0])
    ratios = [two / one for one, two in took.values()]
    section = Section(
        "reliability.md", "texts", "python -m benchmarks.hostile_texts", ("", ""),
        (
            ("slowest", f"{took[worst][0]:.2f} s ({worst[0]!r} in {worst[1][0]} …)"),
            ("median", f"{median(one for one, _two in took.values()):.2f} s"),
            ("twice the length, times as long: median, most",
             f"{median(ratios):.2f}, {took[steepest][1] / took[steepest][0]:.2f}"),
        ),
        after=(f"{len(PIECES)} kinds of text in {len(CELLS)} groups of cells, {length:,} characters each and "
               "twice that; processor time of reading and auditing.",),
    )  # fmt: skip
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()
    sys.exit(0 if took[worst][0] < 3 and max(ratios) < 2.3 else 1)


if __name__ == "__main__":
    main()
