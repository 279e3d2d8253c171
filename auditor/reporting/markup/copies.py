"""A marked copy of every submitted file, or, where its format takes no marks, its report beside it.

The file is read again before it is marked: the marks go where the cells are now, and a file that is
no longer what was audited gets none. Nothing is ever written over a submitted file.
"""

import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from auditor import output_files
from auditor.findings.finding_messages import cell_text
from auditor.findings.model import Report
from auditor.findings.personal import masked_form
from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation
from auditor.intake import kinds, office, text, web
from auditor.intake.files import INSIDE, STANDARD_INPUT, Found, contents_of, read
from auditor.intake.own_outputs import MARKED_COPIES
from auditor.intake.problems import Unreadable
from auditor.language import _
from auditor.reporting import pages
from auditor.reporting.markup.notes import Note, NotMarked, notes
from auditor.reporting.report_input import ReportInput
from auditor.reporting.view import Project
from auditor.resources import ResourceError

_MARKERS = {"docx": "word", "xlsx": "excel", "pdf": "pdf", "html": "web"}
_CONVERTED = {"doc": "docx", "rtf": "docx", "xls": "xlsx"}  # what LibreOffice makes of a kind
_ODF = {".ods": "xlsx", ".odt": "docx"}


@dataclass(frozen=True, slots=True)
class Copy:
    """What became of one submitted file; ``said`` is empty when it simply got its marks.

    ``failed`` is whether this tool's own fault kept it from being made.
    """

    source: str
    target: Path | None
    said: str = ""
    failed: bool = False


class Overwrites(Exception):
    """The folder for the copies is such that a submitted file would be written over."""


def mark(material: ReportInput, folder: Path) -> Iterator[Copy]:
    """Marks all files of the submission that have findings, below ``folder``.

    Raises:
        Overwrites: before anything is written.
        OSError: the folder cannot be written.
    """
    by_file: dict[str, list[tuple[Report, Project]]] = {}
    for pair in zip(material.audit.reports, material.view.projects, strict=True):
        by_file.setdefault(pair[0].file, []).append(pair)
    targets = _targets(list(by_file), folder)
    _refuse_overwriting(by_file, targets)
    for source, pairs in by_file.items():
        if not any(told.waived is None for _r, project in pairs for told in project.findings):
            yield Copy(source, None, _("没有问题，不另写副本"))
            continue
        _write(folder / MARKED_COPIES, _("带批注的副本：审核上级文件夹时不读它们").encode())
        try:
            yield _copy(material, source, pairs, targets[source])
        except (OSError, ResourceError):
            raise
        except Exception as error:  # noqa: BLE001 - a file that fails costs no other its marks
            said = _("批注时工具出错（{why}）：请把文件交给维护者").format(why=repr(error)[:200])
            yield Copy(source, None, said, failed=True)


def _copy(
    material: ReportInput, source: str, pairs: Sequence[tuple[Report, Project]], target: Path
) -> Copy:
    try:
        made, suffix, said = _marked(source, pairs)
    except (NotMarked, Unreadable) as error:
        why = error.message if isinstance(error, Unreadable) else str(error)
        return _report(material, source, pairs, target, why)
    if suffix:
        target = target.with_name(f"{target.name}{suffix}")
    _write(target, made)
    return Copy(source, target, said)


def _marked(source: str, pairs: Sequence[tuple[Report, Project]]) -> tuple[bytes, str, str]:
    """The marked bytes, a suffix where the format is another one, and what to say of it.

    Raises:
        NotMarked, Unreadable: why there is no marked copy.
    """
    if source == STANDARD_INPUT:
        raise NotMarked(_("标准输入没有文件可以批注"))
    raw = contents_of(source)
    format_, raw, suffix = _takes_marks(raw, source)
    said = _("已转换成 {suffix} 再批注").format(suffix=suffix) if suffix else ""
    listed = list(_notes(source, raw, pairs))
    marker = importlib.import_module(f"auditor.reporting.markup.{_MARKERS[format_]}")
    made: bytes = marker.marked(raw, listed)
    return made, suffix, said


def _takes_marks(raw: bytes, source: str) -> tuple[str, bytes, str]:
    """The format to mark, its bytes, and the suffix when they are not the submitted ones."""
    kind = kinds.kind(raw)
    if kind in ("docx", "xlsx", "pdf"):
        return kind, raw, ""
    if kind == "text" and web.is_mht(raw):
        return "html", raw, ".html"
    if kind == "text" and web.is_html(text.decode(raw)):
        return "html", raw, ""
    target = (
        _ODF.get(PurePosixPath(source).suffix.lower()) if kind == "odf" else _CONVERTED.get(kind)
    )
    if target is None:
        raise NotMarked(_("这种文件里不能写批注"))
    made = office.converted(raw, kind, target)
    if made is None:
        raise NotMarked(_("要装 LibreOffice 才能转换后批注"))
    return target, made, f".{target}"


def _notes(source: str, raw: bytes, pairs: Sequence[tuple[Report, Project]]) -> Iterator[Note]:
    """The notes at the places of the cells in the bytes that are marked."""
    found, _problems, _said = evaluations(read(Found(source, None, raw)))
    now = {form.form: form for form in found}
    for report, project in pairs:
        form = now.get(report.form)
        if form is None or not _same(report, form):
            raise NotMarked(_("文件与审核时不同（第 {n} 张表），请重新审核").format(n=report.form))
        yield from notes(project, form)


def _same(report: Report, form: Evaluation) -> bool:
    """Whether every accused cell still reads what was audited; masked where that was masked."""
    hidden = masked_form(form)
    cells = {cell for finding in report.findings for cell in finding.cells}
    if not report.drawable:
        texts = {e["cell"]: e["text"] for f in report.findings for e in f.evidence}
        return all(
            texts[c] in (cell_text(form, c), cell_text(hidden, c)) for c in cells & set(texts)
        )
    return all(
        cell_text(report.evaluation, cell) in (cell_text(form, cell), cell_text(hidden, cell))
        for cell in cells
    )


def _report(
    material: ReportInput,
    source: str,
    pairs: Sequence[tuple[Report, Project]],
    target: Path,
    why: str,
) -> Copy:
    """The HTML report on one file, where its marks cannot stand in it."""
    audit = replace(
        material.audit,
        reports=[report for report, _p in pairs],
        batch=[],
        problems=[],
        rule_errors=[],
    )
    page = pages.html(replace(material, audit=audit))
    target = target.with_name(f"{target.name}.html")
    _write(target, page.encode("utf-8", "backslashreplace"))
    return Copy(source, target, _("{why}；改给网页报告").format(why=why))


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    output_files.write(target, content)


def _targets(sources: Sequence[str], folder: Path) -> dict[str, Path]:
    """Where each copy goes: the submission's own folders below the one that all files share."""
    outer = {source: Path(source.split(INSIDE)[0]) for source in sources}
    parents = [os.path.abspath(path.parent) for path in outer.values()]  # noqa: PTH100 - no links resolved
    shared = Path(os.path.commonpath(parents)) if parents else Path()
    targets = {}
    for source in sources:
        path = Path(os.path.abspath(outer[source]))  # noqa: PTH100
        inner = [_harmless(piece) for piece in source.split(INSIDE)[1:]]
        targets[source] = folder.joinpath(path.relative_to(shared), *inner)
    return targets


def _harmless(name: str) -> PurePosixPath:
    """A name inside an archive as a path that cannot leave its folder."""
    pieces = [p for p in name.replace("\\", "/").split("/") if p not in ("", ".", "..")]
    return PurePosixPath(*(piece.replace(":", "_").replace("\0", "_") for piece in pieces or ["_"]))


def _refuse_overwriting(sources: Iterable[str], targets: dict[str, Path]) -> None:
    submitted = {Path(source.split(INSIDE)[0]).resolve() for source in sources}
    for target in targets.values():
        touched = {target.resolve(), *(parent for parent in target.resolve().parents)}
        if touched & submitted:
            raise Overwrites(_("{file} 会被覆盖：请给 --mark 另一个文件夹").format(file=target))
