"""The review as numbered prompts, for screen readers and scripts: a line asked, a line answered.

What is confirmed with 已记录 is on disk. The end of the input ends the review.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from auditor.findings.decisions import ACCEPT, ASK, WAIVE, Decision, DecisionFault
from auditor.language import _
from auditor.review.file_opener import opened
from auditor.review.finding_lines import detail, head, progress, why
from auditor.review.session import OPEN, Filter, Session, words

Say = Callable[[str], None]


def run(session: Session, answers: Iterator[str], say: Say) -> None:
    """Goes through the findings; ``answers`` are lines typed, ``say`` prints one line."""
    say(progress(session))
    say(_("每条发现回答一个数字；0 结束，? 看说明"))
    _show(session, say)
    for answer in answers:
        if not _answered(session, answer.strip(), answers, say):
            break
    say(progress(session))


def menu() -> dict[str, str]:
    """The answers and what they do."""
    return {
        "1": _("接受"),
        "2": _("豁免（要写理由）"),
        "3": _("待问"),
        "4": _("下一条"),
        "5": _("上一条"),
        "6": _("撤销上一个决定"),
        "7": _("下一条未定的"),
        "8": _("筛选"),
        "9": _("搜索"),
        "e": _("同一模板的各表都照此决定"),
        "o": _("打开文件"),
        "?": _("说明"),
        "0": _("结束"),
    }


def _answered(session: Session, answer: str, answers: Iterator[str], say: Say) -> bool:
    """Does what was answered; False ends the review."""
    if answer == "0":
        return False
    actions: dict[str, Callable[[], None]] = {
        "1": lambda: _decide(session, ACCEPT, "", say),
        "2": lambda: _waive(session, answers, say),
        "3": lambda: _decide(session, ASK, "", say),
        "4": lambda: session.move(1),
        "5": lambda: session.move(-1),
        "6": lambda: _undo(session, say),
        "7": lambda: None if session.next_open() else say(_("没有未定的了")),
        "8": lambda: _narrow(session, answers, say),
        "9": lambda: _search(session, answers, say),
        "e": lambda: _spread(session, say),
        "o": lambda: say(opened(session)),
    }
    if answer == "?":
        for key, word in menu().items():
            say(f"{key} {word}")
        return True
    action = actions.get(answer)
    if action is None:
        say(_("没有 {answer} 这个回答；? 看说明").format(answer=answer))
        return True
    action()
    _show(session, say)
    return True


def _show(session: Session, say: Say) -> None:
    try:
        session.refresh()
    except DecisionFault as fault:
        say(str(fault))
    item = session.item
    if item is None:
        say(_("没有符合筛选的发现"))
        return
    place = _("第 {n}/{total} 条").format(n=session.at + 1, total=len(session.shown))
    about = session.project(item)
    say(f"--- {place} {about[1].name if about else _('整批')} · {words()[session.state(item)]}")
    say(head(item))
    for label, text in detail(session, item):
        say(f"{label}: {text}")
    say(_("1 接受 2 豁免 3 待问 4 下一条 5 上一条 6 撤销 7 未定 8 筛选 9 搜索 0 结束 > "))


def _decide(session: Session, kind: str, reason: str, say: Say) -> None:
    try:
        made = session.decide(kind, reason)
    except (DecisionFault, OSError) as error:
        say(_("没有记下：{why}").format(why=why(error)))
        return
    if made is not None:
        say(confirmed(made))
        if not session.next_open():
            say(_("没有未定的了"))


def confirmed(decision: Decision) -> str:
    """The line that promises that a decision is on disk."""
    return _("已记录 {fingerprint} {kind} {reason}").format(
        fingerprint=decision.fingerprint, kind=decision.decision, reason=decision.reason
    ).rstrip()  # fmt: skip


def _waive(session: Session, answers: Iterator[str], say: Say) -> None:
    say(_("豁免的理由："))
    reason = next(answers, "").strip()
    if not reason:
        say(_("没有理由，不豁免"))
        return
    _decide(session, WAIVE, reason, say)


def _undo(session: Session, say: Say) -> None:
    try:
        done = session.undo()
    except (DecisionFault, OSError) as error:
        say(_("没有记下：{why}").format(why=why(error)))
        return
    item = session.item
    if done and item is not None:
        restored = session.decision(item)
        say(
            _("已撤销 {fingerprint} {kind} {reason}")
            .format(
                fingerprint=item.told.fingerprint,
                kind=restored.decision if restored else OPEN,
                reason=restored.reason if restored else "",
            )
            .rstrip()
        )
    else:
        say(_("没有可撤销的"))


def _spread(session: Session, say: Say) -> None:
    try:
        made = session.spread()
    except (DecisionFault, OSError) as error:
        say(_("没有记下：{why}").format(why=why(error)))
        return
    for decision in made:
        say(confirmed(decision))
    if not made:
        say(_("没有可照此决定的：先对这一条作出决定，它要是整批共有的"))


def _narrow(session: Session, answers: Iterator[str], say: Say) -> None:
    say(_("只看：1 错误 2 错误和警告 3 未定的 4 待问的 5 全部"))
    answer = next(answers, "").strip()
    kept = Filter(words=session.filter.words)
    choices = {
        "1": replace(kept, levels=frozenset({"error"})),
        "2": replace(kept, levels=frozenset({"error", "warning"})),
        "3": replace(kept, states=frozenset({OPEN})),
        "4": replace(kept, states=frozenset({ASK})),
        "5": kept,
    }
    session.narrow(choices.get(answer, session.filter))
    say(_("显示 {n} 条").format(n=len(session.shown)))


def _search(session: Session, answers: Iterator[str], say: Say) -> None:
    say(_("搜索（空行取消）："))
    session.narrow(replace(session.filter, words=next(answers, "")))
    say(_("显示 {n} 条").format(n=len(session.shown)))
