"""The process that audits a round and makes its documents: ``python -m auditor.web.worker``.

It reads jobs as lines of JSON and answers in lines of JSON. It is a process of its own, so that a
file that brings a parser down, hangs or eats memory costs the page nothing; files that native
parsers read go to workers below it, as with ``auditor check``.
"""

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from auditor import output_files
from auditor.findings import personal
from auditor.findings.model import Audit
from auditor.findings.rounds import Pair, compare
from auditor.findings.saved_findings import read
from auditor.language import LANGUAGES, _, use
from auditor.pipeline import audit, choose, extract
from auditor.reporting import outputs
from auditor.reporting.pages import MOST_FORMS, drawn_cells
from auditor.reporting.report_input import ReportInput
from auditor.reporting.rounds import as_markdown, totals
from auditor.reporting.templates import rendered

FINDINGS, FILES, MADE = "findings.json", "files", "made"
Job = dict[str, Any]
# What can be taken away: (kind, name of the file).
DOWNLOADS = {
    "marked": "marked.zip", "letter": "letter.docx", "excel": "findings.xlsx", "pdf": "report.pdf",
    "findings": FINDINGS, "rounds": "rounds.md",
}  # fmt: skip


def main() -> None:
    """Works until the page closes the pipe."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what parsers print is no answer
    for line in sys.stdin:
        job = json.loads(line)
        try:
            done = _done(job, told)
            _say(told, done=done)
        except Exception as error:  # noqa: BLE001 - told to the page, which counts the attempts
            _say(told, failed=repr(error)[:500])


def _say(told: Any, **said: Any) -> None:
    told.write(json.dumps(said, ensure_ascii=False) + "\n")


def audit_round(job: Job, say: Any) -> dict[str, Any]:
    """Audits the files of a round, keeps ``findings/1`` and the page, and sums it up."""
    use(job["lang"])
    folder = Path(job["folder"])
    choice = choose(job["profile"])
    os.chdir(folder / FILES)
    names = sorted(os.listdir())  # noqa: PTH208 - names as they are read
    extraction = extract(names, lambda name: say(read=name), jobs=1)
    say(read=None)
    done = personal.masked(audit(extraction, choice))
    os.chdir("/")
    rules = {rule.id: rule for rule in choice.rules}
    output_files.write(folder / FINDINGS, outputs.pieces("json", ReportInput(done, rules)))
    gone = _render(job, done)
    return _summary(done, extraction.notes) | {"gone": gone}


def render_round(job: Job) -> dict[str, Any]:
    """Makes the page of a round again, with the answers that have come since."""
    _render(job, _kept(Path(job["folder"])))
    shutil.rmtree(Path(job["folder"]) / MADE, ignore_errors=True)
    return {}


def make_download(job: Job) -> dict[str, Any]:
    """Makes one of :data:`DOWNLOADS` and says where it lies."""
    use(job["lang"])
    folder, what = Path(job["folder"]), job["what"]
    target = folder / FINDINGS if what == "findings" else _target(folder, job)
    if target.exists():
        return {"file": str(target)}
    target.parent.mkdir(exist_ok=True)
    material = _material(_answered(_kept(folder), job["answers"]))
    if what == "marked":
        _marked(folder, material, target)
    elif what == "rounds":
        output_files.write(target, as_markdown(_pairs(job), material.rules))
    else:
        form = {"letter": "docx", "excel": "xlsx", "pdf": "pdf"}[what]
        output_files.write(target, outputs.pieces(form, material))
    return {"file": str(target)}


def export_all(job: Job) -> dict[str, Any]:
    """One document of many rounds: Excel, findings/1 or the files as an archive."""
    use(job["lang"])
    target = Path(job["target"])
    folders = [Path(one["folder"]) for one in job["rounds"]]
    if job["what"] == "archive":
        with output_files.beside(target) as temporary, zipfile.ZipFile(temporary, "x") as archive:
            for one, folder in zip(job["rounds"], folders, strict=True):
                for file in sorted(p for p in (folder / FILES).rglob("*") if p.is_file()):
                    archive.write(file, f"{one['name']}/{file.relative_to(folder / FILES)}")
        return {"file": str(target)}
    audits = [
        _answered(_kept(folder), one["answers"])
        for one, folder in zip(job["rounds"], folders, strict=True)
    ]
    material = _material(_joined(audits, [one["name"] for one in job["rounds"]]))
    output_files.write(target, outputs.pieces(job["what"], material))
    return {"file": str(target)}


def _done(job: Job, told: Any) -> dict[str, Any]:
    if job["job"] == "audit":
        return audit_round(job, lambda **said: _say(told, **said))
    return {"render": render_round, "make": make_download, "export": export_all}[job["job"]](job)


def _target(folder: Path, job: Job) -> Path:
    name = DOWNLOADS[job["what"]]
    return folder / MADE / f"{job['lang']}-{name}"


def _kept(folder: Path) -> Audit:
    return read((folder / FINDINGS).read_text("utf-8"))


def _material(done: Audit) -> ReportInput:
    return ReportInput(done, {rule.id: rule for rule in choose().rules})


def _answered(done: Audit, answers: dict[str, str]) -> Audit:
    """The audit with each answer in words behind the message that it answers."""
    if not answers:
        return done
    for report in done.reports:
        for finding in report.findings:
            if text := answers.get(finding.fingerprint):
                finding.message += _("（单位说明：{text}）").format(text=text)
    return done


def _joined(audits: list[Audit], names: list[str]) -> Audit:
    """Several audits as one, each file under the name of its submission."""
    reports = []
    for name, one in zip(names, audits, strict=True):
        for report in one.reports:
            form = replace(report.evaluation, file=f"{name}/{report.file}")
            for finding in report.findings:
                finding.folded_into = None
            reports.append(replace(report, forms=[form], place=0, file=form.file))
    problems = [
        replace(problem, file=f"{name}/{problem.file}")
        for name, one in zip(names, audits, strict=True)
        for problem in one.problems
    ]
    first = audits[0]
    return Audit(first.version, first.rulebook, first.profile, reports, problems=problems)


def _pairs(job: Job) -> list[Pair]:
    """What became of the findings of the round before; nothing in a first round."""
    if not job.get("before"):
        return []
    return compare(_kept(Path(job["before"])), _kept(Path(job["folder"])))


def _marked(folder: Path, material: ReportInput, target: Path) -> None:
    """The marked copies of all files in one archive."""
    from auditor.reporting.markup.copies import mark

    copies = folder / MADE / "copies"
    shutil.rmtree(copies, ignore_errors=True)
    os.chdir(folder / FILES)
    made = list(mark(material, copies))
    os.chdir("/")
    with output_files.beside(target) as temporary, zipfile.ZipFile(temporary, "x") as archive:
        for copy in made:
            if copy.target is not None:
                archive.write(copy.target, copy.target.relative_to(copies))
        archive.writestr(_("说明.txt"), _said_of(copy for copy in made if copy.said))
    shutil.rmtree(copies, ignore_errors=True)


def _said_of(copies: Iterable[Any]) -> str:
    lines = [_("每个有问题的文件一份带批注的副本。")]
    lines += [f"{copy.source}：{copy.said}" for copy in copies]
    return "\r\n".join(lines)


def _render(job: Job, done: Audit) -> int:
    """Makes the part of the page that tells the result, in every language.

    Returns how many projects of the round before were not handed in again.
    """
    folder = Path(job["folder"])
    pairs = _pairs(job)
    gone = [pair for pair in pairs if pair.new is None]  # not dropped again: nothing is solved
    again = [pair for pair in pairs if pair.new is not None]
    for lang in LANGUAGES:
        use(lang)
        material = _material(done)
        few = len(done.reports) <= MOST_FORMS  # more would make a page that no browser likes
        page = rendered(
            "web/_result.html.j2", None, view=material.view, with_forms=few,
            drawn_cells=drawn_cells if few else lambda _project: frozenset(),
            answers=job["answers"], pairs=again, gone=[pair.project for pair in gone],
            told=totals(again) if pairs else None, problems=done.problems,
        )  # fmt: skip
        output_files.write(folder / f"result.{lang}.html", page)
    use(job["lang"])
    return len(gone)


def _summary(done: Audit, notes: list[str]) -> dict[str, Any]:
    """What the list shows of a round."""
    summed = done.summary()
    units = sorted(
        {r.evaluation.unit or r.evaluation.department or "" for r in done.reports} - {""}
    )
    return {
        "forms": summed["forms"],
        "verdicts": summed["verdicts"],
        "findings": summed["findings"],
        "problems": summed["problems"],
        "doubts": sum(len(report.doubts) for report in done.reports),
        "units": units[:20],
        "projects": [report.project or "" for report in done.reports][:200],
        "notes": notes[:50],
    }


if __name__ == "__main__":
    main()
