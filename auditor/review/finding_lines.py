"""A finding and a form as lines of text, for the full-screen and the plain review."""

from collections.abc import Iterator

from auditor.findings.decisions import DecisionFault
from auditor.language import _
from auditor.review.session import Item, Session, words


def head(item: Item) -> str:
    """[2] 错误 X02 执行率误用年初预算."""
    return f"[{item.told.number}] {item.told.level} {item.told.rule} {item.told.title}"


def detail(session: Session, item: Item) -> Iterator[tuple[str, str]]:
    """What is said of a finding: (label, text), in the order a reviewer reads."""
    told = item.told
    yield _("问题"), told.message
    if told.expected is not None:
        yield _("填报"), told.reported + _(" → 应为 ") + told.expected
    if told.cause:
        yield _("推断"), told.cause
    for other in told.alternatives:
        yield _("或"), other
    if told.evidence:
        yield _("算据"), _("；").join(f"{name} {text}" for name, text in told.evidence[:6])
    if told.impact:
        yield _("影响"), told.impact
    if told.spots:
        yield _("位置"), told.where()
    yield _("改法"), told.remedy
    yield _("依据"), told.basis
    decision = session.decision(item)
    if decision is not None:
        said = f"{words()[session.state(item)]} {decision.reason} {decision.who} {decision.when}"
        yield _("决定"), " ".join(said.split())


def progress(session: Session) -> str:
    """How far the review is: 45 条：未定 40  接受 3 …."""
    counts = session.counts()
    told = "  ".join(f"{word} {counts[state]}" for state, word in words().items())
    return _("{n} 条：{told}").format(n=len(session.items), told=told)


def why(error: DecisionFault | OSError) -> str:
    """Why a decision could not be saved."""
    if isinstance(error, DecisionFault):
        return error.message
    return error.strerror or str(error)
