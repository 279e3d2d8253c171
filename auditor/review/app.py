"""The review in a terminal: projects, the form with its faulty cells, the finding, the keys.

Works at 80x24 over ssh: every key is a letter or an arrow and stands on the screen, colour is never
the only mark, and the terminal's own colours are used.
"""

import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from rich.console import Console, Group, RenderableType
from rich.segment import SegmentLines
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import DataTable, Input, Label, Static

from auditor.findings.decisions import ACCEPT, ASK, WAIVE, DecisionFault
from auditor.language import _
from auditor.reporting.form_drawing import marks_of
from auditor.reporting.terminal import form_tables
from auditor.review.file_opener import opened
from auditor.review.finding_lines import detail, head, progress, why
from auditor.review.session import OPEN, Filter, Session, words

_STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}
_STATES = {OPEN: " ", ACCEPT: "✓", WAIVE: "−", ASK: "?"}
_REFRESH = 1.0  # seconds between looks at the file
_FILTERS = ("all", "error", "serious", "open", "ask")


class Question(ModalScreen[str | None]):
    """One line asked for; Escape gives None."""

    BINDINGS: ClassVar = [Binding("escape", "cancel", show=False)]

    def __init__(self, text: str, value: str = "") -> None:
        super().__init__()
        self.text, self.value = text, value

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            yield Label(self.text)
            yield Input(self.value)
            yield Label(_("回车确定，Esc 取消"), classes="quiet")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_cancel(self) -> None:
        self.dismiss(None)


class Review(App[None]):
    """Goes through one session."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    #bar { height: 1; text-style: reverse; }
    #projects { width: 30%; min-width: 22; max-width: 44; border-right: solid $foreground 30%; }
    #form { height: 45%; border-bottom: solid $foreground 30%; }
    #keys { height: 2; }
    #said { height: 1; text-style: bold; }
    #question {
        width: 70; max-width: 90%; height: auto; border: round $foreground; padding: 0 1;
        background: $surface;
    }
    Question { align: center middle; }
    .quiet { text-style: dim; }
    .zoomed { width: 100%; height: 100%; max-width: 100%; }
    """
    BINDINGS: ClassVar = [
        Binding("a", "decide('accept')"),
        Binding("w", "waive"),
        Binding("k", "decide('ask')"),
        Binding("n", "next_open"),
        Binding("j,down,right", "move(1)"),
        Binding("i,up,left", "move(-1)"),
        Binding("pagedown", "project(1)"),
        Binding("pageup", "project(-1)"),
        Binding("f", "filter"),
        Binding("slash", "search"),
        Binding("o", "open"),
        Binding("u", "undo"),
        Binding("e", "spread"),
        Binding("space", "page"),
        Binding("z", "zoom"),
        Binding("q", "quit"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(ansi_color=True)
        self.session = session
        self.narrowed = 0
        self.projects: list[int | None] = []

    def compose(self) -> ComposeResult:
        yield Static(id="bar")
        with Horizontal():
            table: DataTable[Text] = DataTable(id="projects", cursor_type="row", show_header=False)
            table.can_focus = False
            yield table
            with Vertical(id="right"):
                with VerticalScroll(id="form"):
                    yield Static(id="drawn")
                with VerticalScroll(id="finding"):
                    yield Static(id="detail")
        yield Static(id="said")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.query_one("#projects", DataTable).add_columns("1", "2")
        self.query_one("#keys", Static).update(Text(_keys(), no_wrap=True))
        self._list()
        self._show()
        self.set_interval(_REFRESH, self._refresh)
        # What the session holds stays to the end; to look through it for garbage costs 70 ms.
        gc.freeze()

    # --- showing ------------------------------------------------------------------------------

    def _list(self) -> None:
        """The projects that have something shown, in order."""
        session = self.session
        listed = list(dict.fromkeys(session.items[n].project for n in session.shown))
        if listed == self.projects:
            return
        self.projects = listed
        table = self.query_one("#projects", DataTable)
        table.clear()
        for number in self.projects:
            table.add_row(*self._row(number))

    def _row(self, number: int | None) -> tuple[Text, Text]:
        if number is None:
            return Text("·"), Text(_("整批"))
        project = self.session.material.view.projects[number]
        counts = project.counts
        told = Text(
            f"{counts['error']}/{counts['warning']}", _STYLES["error"] if counts["error"] else ""
        )
        return told, Text(f"{project.number} {project.name}")

    def _show(self) -> None:
        session, item = self.session, self.session.item
        bar = f" {progress(session)}  {_filters()[_FILTERS[self.narrowed]]}"
        if session.filter.words:
            bar += f"  /{session.filter.words}"
        self.query_one("#bar", Static).update(Text(bar, no_wrap=True))
        if item is None:
            self._draw()
            self.query_one("#detail", Static).update(_("没有符合筛选的发现"))
            return
        place = self.projects.index(item.project)
        self.query_one("#projects", DataTable).move_cursor(row=place)
        self._draw()
        self.query_one("#detail", Static).update(Group(*self._detail()))
        self.query_one("#finding", VerticalScroll).scroll_home(animate=False)

    def _refresh(self) -> None:
        """Shows what somebody else has decided meanwhile in the same file."""
        if not self.query("#said"):
            return  # the screen is being taken down, and its clock ticks once more
        try:
            changed = self.session.refresh()
        except DecisionFault as fault:
            self._say(f"{self.session.decisions.file.name}:{fault.line}: {fault.message}")
            return
        if changed:
            self._show()
            self._say(_("另一位审核人有新的决定，已更新"))

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        """The form, laid out once for the pane's width, scrolled to the finding's first cell."""
        item, pane = self.session.item, self.query_one("#form", VerticalScroll)
        if item is None:
            self.query_one("#drawn", Static).update("")
            return
        width = max(20, pane.scrollable_content_region.width)
        lines = Console(width=width, color_system="standard").render_lines(self._form(), pad=False)
        self.query_one("#drawn", Static).update(SegmentLines(lines, new_lines=True))
        mark = f"[{item.told.number}]"
        place = next(
            (n for n, line in enumerate(lines) if mark in "".join(s.text for s in line)), 0
        )
        pane.scroll_to(y=max(0, place - pane.size.height // 2), animate=False)

    def _form(self) -> RenderableType:
        item = self.session.item
        about = self.session.project(item) if item else None
        if item is None or about is None:
            return Text("")
        report, project = about
        title = Text.assemble((project.name, "bold"), f"  {project.conclusion}  {project.source}")
        if not report.drawable:
            return title
        one = [report.findings[item.told.number - 1]]
        marks = {
            cell: [(item.told.number, level) for _n, level in found]
            for cell, found in marks_of(one).items()
        }
        return Group(title, *form_tables(report, marks))

    def _detail(self) -> Iterator[Text]:
        item = self.session.item
        assert item is not None
        total = len(self.session.shown)
        state = self.session.state(item)
        yield Text.assemble(
            (head(item), _STYLES[item.told.severity]),
            f"  {self.session.at + 1}/{total}  {_STATES[state]}{words()[state]}",
        )
        for label, text in detail(self.session, item):
            yield Text.assemble((f"{label} ", "dim"), text)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Text(text, no_wrap=True, overflow="ellipsis"))

    # --- keys ---------------------------------------------------------------------------------

    def action_decide(self, kind: str) -> None:
        self._decide(kind, "")

    def action_waive(self) -> None:
        item = self.session.item
        if item is None:
            return
        before = self.session.decision(item)

        def answered(reason: str | None) -> None:
            if reason is None or not reason.strip():
                self._say(_("没有理由，不豁免"))
                return
            self._decide(WAIVE, reason)

        asked = _("豁免 {rule} 的理由：").format(rule=item.told.rule)
        self.push_screen(Question(asked, before.reason if before else ""), answered)

    def _decide(self, kind: str, reason: str) -> None:
        try:
            made = self.session.decide(kind, reason)
        except (DecisionFault, OSError) as error:
            self._say(_("没有记下：{why}").format(why=why(error)))
            return
        if made is None:
            return
        said = _("已记录：{rule} {word}").format(rule=made.rule, word=words()[made.decision])
        if not self.session.next_open():
            said += "  " + _("没有未定的了")
        self._show()
        self._say(said)

    def action_undo(self) -> None:
        try:
            done = self.session.undo()
        except (DecisionFault, OSError) as error:
            self._say(_("没有记下：{why}").format(why=why(error)))
            return
        self._show()
        self._say(_("已撤销") if done else _("没有可撤销的"))

    def action_spread(self) -> None:
        try:
            made = self.session.spread()
        except (DecisionFault, OSError) as error:
            self._say(_("没有记下：{why}").format(why=why(error)))
            return
        self._show()
        if made:
            self._say(_("同类的另外 {n} 条也已记录").format(n=len(made)))
        else:
            self._say(_("没有可照此决定的：先对这一条作出决定，它要是整批共有的"))

    def action_page(self) -> None:
        pane = self.query_one("#finding", VerticalScroll)
        at_end = pane.scroll_offset.y >= pane.max_scroll_y
        pane.scroll_home(animate=False) if at_end else pane.scroll_page_down(animate=False)

    def action_move(self, steps: int) -> None:
        self.session.move(steps)
        self._show()
        self._say("")

    def action_project(self, step: int) -> None:
        item = self.session.item
        if item is None:
            return
        place = self.projects.index(item.project) + step
        if 0 <= place < len(self.projects):
            self.session.to_project(self.projects[place])
            self._show()

    def action_next_open(self) -> None:
        if not self.session.next_open():
            self._say(_("没有未定的了"))
        self._show()

    def action_filter(self) -> None:
        self.narrowed = (self.narrowed + 1) % len(_FILTERS)
        self._narrow(replace(_wanted(_FILTERS[self.narrowed]), words=self.session.filter.words))

    def action_search(self) -> None:
        def answered(text: str | None) -> None:
            if text is not None:
                self._narrow(replace(self.session.filter, words=text))

        self.push_screen(
            Question(_("搜索项目、单位、规则或文字（空为全部）："), self.session.filter.words),
            answered,
        )

    def _narrow(self, wanted: Filter) -> None:
        self.session.narrow(wanted)
        self._list()
        self._show()
        self._say(_("显示 {n} 条").format(n=len(self.session.shown)))

    def action_open(self) -> None:
        self._say(opened(self.session))

    def action_zoom(self) -> None:
        """The form, the finding, or all, in turn."""
        panes = [self.query_one(f"#{name}") for name in ("projects", "form", "finding")]
        shown = [pane.display for pane in panes]
        turns = {
            (True, True, True): (False, True, False),
            (False, True, False): (False, False, True),
        }
        after = turns.get((shown[0], shown[1], shown[2]), (True, True, True))
        for pane, visible in zip(panes, after, strict=True):
            pane.display = visible
        panes[1].styles.height = "100%" if after == (False, True, False) else "45%"
        self.call_after_refresh(self._draw)


def _keys() -> str:
    """Every key, in two lines of at most eighty columns."""
    return "\n".join(
        (
            _("a接受 w豁免 k待问 e同类都照此 n下一条未定 ↓↑下/上一条 PgDn/PgUp项目"),
            _("f筛选 /搜索 o打开文件 u撤销 空格翻页 z放大 q退出"),
        )
    )


def _filters() -> dict[str, str]:
    return {
        "all": _("全部"), "error": _("只看错误"), "serious": _("错误和警告"), "open": _("只看未定"),
        "ask": _("只看待问"),
    }  # fmt: skip


def _wanted(name: str) -> Filter:
    return {
        "all": Filter(),
        "error": Filter(levels=frozenset({"error"})),
        "serious": Filter(levels=frozenset({"error", "warning"})),
        "open": Filter(states=frozenset({OPEN})),
        "ask": Filter(states=frozenset({ASK})),
    }[name]
