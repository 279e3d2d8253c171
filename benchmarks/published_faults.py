"""Which published faults our rules find: ``python -m benchmarks.published_faults [--write]``.

The list is ``published_faults.yaml``; the page is ``docs/published-faults.md``. A test checks that
each rule named there exists and that the page is the one of the list.
"""

from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

from auditor.rulebook.loading import load
from benchmarks.mutations.slips import BATCH_SLIPS, SLIPS

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "published-faults.md"
HEAD = """# 复核人指出过的毛病

Made by `python -m benchmarks.published_faults --write` from `benchmarks/published_faults.yaml`.

财政部门、会计师事务所、公开系统的代码和填表说明中指出过的自评表毛病，用我们自己的话写；每一条说明来源、表上看不看得出、由哪条规则发现。
“植入方式”是[精度测试](accuracy.md)里人为造出这种毛病的办法有几种，造出来能被发现的才算“能发现”；发现的比例见该页。
来源没有读到全文的，只列读到的部分（见[依据](rules/README.md)）。表上看不出的，需要附件或别的系统的数据，任何只读表的工具都发现不了。
"""


@cache
def listed() -> dict[str, Any]:
    """The list: ``sources`` and ``faults``."""
    data: dict[str, Any] = yaml.safe_load((HERE / "published_faults.yaml").read_text("utf-8"))
    return data


def visible() -> list[dict[str, Any]]:
    """The faults that a form or its submission can show."""
    return [fault for fault in listed()["faults"] if fault["seen"] is True]


def found() -> list[dict[str, Any]]:
    """Those of them that a rule finds, in forms into which the fault was planted."""
    return [fault for fault in visible() if planted(fault)]


def planted(fault: dict[str, Any]) -> list[str]:
    """The operators of the mutation benchmark that plant a fault for one of its rules."""
    wanted = set(fault["rules"]) & load().rules.keys()
    return [slip.name for slip in (*SLIPS, *BATCH_SLIPS) if wanted & set(slip.rules)]


def page() -> str:
    """The page in Markdown."""
    sources, faults = listed()["sources"], listed()["faults"]
    share = round(100 * len(found()) / len(visible()))
    counted = (
        f"共 {len(faults)} 条，其中表上看得出的 {len(visible())} 条，"
        f"规则能发现 {len(found())} 条（{share}%）。"
    )
    rows = [
        f"| {fault['n']} | {fault['zh']} | {sources[fault['source']]['zh']} | "
        f"{'能' if fault['seen'] is True else '不能：' + fault['seen']} | "
        f"{_links(fault['rules'])} | {len(planted(fault)) or ''} |"
        for fault in faults
    ]
    head = [
        "| 编号 | 毛病 | 谁指出的 | 表上能否看出 | 规则 | 植入方式 |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([HEAD, counted, "", *head, *rows]) + "\n"


def _links(rules: list[str]) -> str:
    return "、".join(f"[{rule}](rules/{rule}.md)" for rule in rules)


@click.command()
@click.option("--write", is_flag=True, help="Write the page.")
def main(write: bool) -> None:  # noqa: FBT001 - a click option
    click.echo(f"{len(found())} of {len(visible())} that a form can show")
    if write:
        PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
