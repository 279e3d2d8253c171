"""The Spark job: a list of files in, findings and forms as Parquet out.

    spark-submit --py-files auditor.zip -m auditor.scale.job LIST OUTPUT
    python -m auditor.scale.job LIST OUTPUT          # local

LIST has a line per file: ``submission<TAB>path``, or a path alone, whose folder is then its
submission. Paths with a scheme (``s3://``, ``hdfs://``) are read through fsspec. Files are read by
``mapInPandas``, in worker processes that may die; a submission is then audited whole in one task,
so that what compares its forms sees all of them, by the same engine as everywhere.
"""

import json
import posixpath
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from auditor.forms.reading_cache import from_plain, to_plain
from auditor.intake.files import Found
from auditor.pipeline import Extraction, audit, choose, read_one

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame, SparkSession

READ = "submission string, file string, forms string, problems string"
FINDINGS = (
    "submission string, file string, form int, project string, unit string, year string, "
    "rule string, severity string, cell string, reported string, expected string, "
    "message string, remedy string, cause string, fingerprint string"
)
_SCHEME = "://"


def listed(lines: Iterable[str]) -> list[tuple[str, str]]:
    """(submission, path) of every line that names a file."""
    pairs = []
    for line in lines:
        first, tab, second = line.rstrip("\n").partition("\t")
        if tab and second:
            pairs.append((first, second))
        elif first.strip():
            pairs.append((posixpath.dirname(first), first))
    return pairs


def read(spark: "SparkSession", files: list[tuple[str, str]], partitions: int = 8) -> "DataFrame":
    """The forms of every file, and what could not be read, as JSON; columns :data:`READ`."""
    frame = spark.createDataFrame(files, "submission string, file string")
    return frame.repartition(partitions).mapInPandas(_read, READ)


def findings(forms: "DataFrame", profile: str = "national") -> "DataFrame":
    """The findings of every submission, columns :data:`FINDINGS`; each submission in one task."""

    def judged(rows: "pd.DataFrame") -> "pd.DataFrame":
        return _judged(rows, profile)

    return forms.groupBy("submission").applyInPandas(judged, FINDINGS)


def _read(batches: Any) -> Iterator[Any]:
    import pandas as pd

    for batch in batches:
        yield pd.DataFrame(
            [_row(submission, file) for submission, file in batch.itertuples(index=False)],
            columns=["submission", "file", "forms", "problems"],
        )


def _row(submission: str, file: str) -> dict[str, str]:
    forms, problems, _notes = read_one(_found(file))
    return {
        "submission": submission,
        "file": file,
        "forms": json.dumps([to_plain(form) for form in forms], ensure_ascii=False),
        "problems": json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False),
    }


def _found(file: str) -> Found:
    """A file of this machine, or of whatever file system its scheme names."""
    from pathlib import Path

    if _SCHEME not in file:
        return Found(file, Path(file))
    import fsspec

    with fsspec.open(file, "rb") as stream:
        return Found(file, None, stream.read())


def _judged(rows: "pd.DataFrame", profile: str) -> "pd.DataFrame":
    import pandas as pd

    ordered = rows.sort_values("file")
    forms = [from_plain(told) for text in ordered["forms"] for told in json.loads(text)]
    result = audit(Extraction(forms), choose(profile))
    names = [part.strip().split(" ")[0] for part in FINDINGS.split(",")]
    return pd.DataFrame(
        [
            _told(str(ordered["submission"].iloc[0]), report, finding)
            for report in result.reports
            for finding in report.findings
        ],
        columns=names,
    )


def _told(submission: str, report: Any, finding: Any) -> dict[str, Any]:
    form = report.evaluation
    return {
        "submission": submission,
        "file": form.file,
        "form": form.form,
        "project": form.project,
        "unit": form.unit or form.department,
        "year": form.year,
        "cell": finding.cells[0] if finding.cells else "",
        "cause": (finding.cause or {}).get("code"),
        **{
            name: getattr(finding, name)
            for name in ("rule", "severity", "reported", "expected", "message", "remedy",
                         "fingerprint")
        },
    }  # fmt: skip


def run(spark: "SparkSession", files: list[tuple[str, str]], output: str, profile: str) -> None:
    """Writes ``output/forms`` and ``output/findings`` as Parquet."""
    forms = read(spark, files)
    forms.write.mode("overwrite").parquet(posixpath.join(output, "forms"))
    kept = spark.read.parquet(posixpath.join(output, "forms"))
    findings(kept, profile).write.mode("overwrite").parquet(posixpath.join(output, "findings"))


def main() -> None:
    """``LIST OUTPUT [PROFILE]``."""
    from auditor.engine.spark import session

    source, output, *rest = sys.argv[1:]
    with _opened(source) as stream:
        files = listed(stream.read().splitlines())
    run(session(), files, output, rest[0] if rest else "national")


def _opened(source: str) -> Any:
    if _SCHEME not in source:
        from pathlib import Path

        return Path(source).open(encoding="utf-8")
    import fsspec

    return fsspec.open(source, "r", encoding="utf-8").open()


if __name__ == "__main__":
    main()
