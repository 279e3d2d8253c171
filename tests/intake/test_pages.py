"""A table that runs over a page: what the break cut is joined, and nothing else."""

import pytest

from auditor.intake.pages import Stitcher
from auditor.intake.ruled import Box, Ruled


def page(*rows: tuple[str, ...]) -> Ruled:
    """A table of one page, its columns a hundred points wide and its rows twenty high."""
    boxes = [
        Box(100.0 * column, 20.0 * row, 100.0 * (column + 1), 20.0 * (row + 1), text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    xs = tuple(100.0 * column for column in range(len(rows[0]) + 1))
    return Ruled(xs, tuple(20.0 * row for row in range(len(rows) + 1)), tuple(boxes))


def rows_of(*pages: Ruled) -> list[list[str]]:
    stitcher = Stitcher()
    for number, table in enumerate(pages):
        stitcher.add(number, [table], [])
    (grid,) = stitcher.parts()
    return [[cell.text for cell in row] for row in grid.rows()]


HEAD = ("指标", "目标", "完成", "分值", "得分", "偏差", "备注", "其他", "末列")
CUT = ("很长的指标", "≥3场", "3场", "10", "10", "说明写到", "", "", "")


@pytest.mark.parametrize(
    ("below", "joined"),
    [
        (("名称", "", "", "", "", "这里为止", "", "", ""), True),
        (("另一个指标", "", "1546次", "21.51", "", "", "", "", ""), False),
        (("另一个指标", "", "", "5", "", "", "", "", ""), False),
        (("", "", "", "", "", "95%", "", "", ""), True),
        (("名称", "%", "", "", "", "这里为止", "备", "", ""), True),
        (("名称", "%", "场", "", "", "这里为止", "备", "", ""), False),
        (("另一个指标", "有所提高", "", "3", "", "没有写", "", "", ""), False),
        (("另一个指标", "≤384%", "", "", "", "", "", "", ""), False),
        (("", "≥2场", "", "", "", "", "", "", ""), True),
    ],
)
def test_a_value_below_a_value_is_a_row_of_its_own(below, joined):
    rows = rows_of(
        page(HEAD, CUT), page(below, ("满意度", "≥90%", "95%", "10", "10", "", "", "", ""))
    )
    assert len(rows) == (3 if joined else 4)
    if joined:
        assert rows[1] == [
            f"{a}\n{b}" if a and b else a or b for a, b in zip(CUT, below, strict=True)
        ]
    else:
        assert [rows[1], rows[2]] == [list(CUT), list(below)]
