"""``python -m tests.rendering.examples`` draws ``examples/`` anew from its JSON files."""

from pathlib import Path

from auditor.forms.document_reader import evaluations
from auditor.forms.evaluation import Evaluation
from auditor.intake.files import Found, read
from tests.rendering.layout import COUNTY, DISTRICT, NATIONAL, Template
from tests.rendering.render import write_all

FOLDER = Path(__file__).parents[2] / "examples"
TEMPLATE_OF: dict[str, Template] = {
    "卫生服务中心": NATIONAL,
    "园林绿化养护所": DISTRICT,
    "农业技术推广站": COUNTY,
}


def forms_of(stem: str) -> list[Evaluation]:
    """The forms of one unit's JSON file."""
    path = FOLDER / f"{stem}.json"
    forms, problems, _notes = evaluations(read(Found(str(path), path)))
    assert not problems, problems
    return forms


def write(folder: Path = FOLDER) -> list[Path]:
    """Writes docx, xlsx and txt of every unit below ``folder``."""
    written: list[Path] = []
    for stem, template in TEMPLATE_OF.items():
        written += write_all(forms_of(stem), template, folder / stem)
    return written


if __name__ == "__main__":
    for path in write():
        print(path.name)
