"""Clean forms: what a careful clerk would hand in. Made from a seed, never filtered by findings."""

from decimal import Decimal
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations import telling
from benchmarks.mutations.amounts import purse
from benchmarks.mutations.habits import settle_in
from benchmarks.mutations.kinds import kinds
from benchmarks.mutations.rows import Planned, indicators
from benchmarks.mutations.templates import Template, choose

PLACES = (
    "青岚市",
    "云溪县",
    "南屿区",
    "白榆县",
    "望川市",
    "石塘区",
    "鹿鸣县",
    "东篱市",
    "苇泊区",
    "松溪镇",
)
YEARS = ("2021", "2022", "2023", "2024")
GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))


def generate(seed: int, year: str | None = None) -> Evaluation:
    """The form of ``seed``, always the same; a ``year`` makes it one of that submission."""
    return printed(seed, year)[0]


def printed(seed: int, year: str | None = None) -> tuple[Evaluation, Template]:
    """The form of ``seed``, and the template that it is printed on."""
    random = Random(f"form {seed}")
    kind = random.choice(kinds())
    year = year or YEARS[seed % len(YEARS)]
    random.random()
    template = choose(random, year, internal=kind.internal)
    money = purse(random, template)
    planned = indicators(random, kind, template, money)
    place = ("湖北省" if template.region == "hubei" else "") + random.choice(PLACES)
    project = random.choice(kind.projects)
    if random.random() < 0.3:
        project = f"{year}年{project}"
    form = Evaluation(
        file=f"forms/{seed:05}.docx",
        form=1,
        title=template.title,
        year=year,
        project=project,
        department=place + kind.department,
        unit=place + kind.unit,
        money_unit=template.money_unit,
        funds=money.rows,
        goal_expected=telling.goal(random, kind, planned),
        goal_actual=telling.narrative(random, template, planned, money, project),
        indicators=[item.row for item in planned],
    )
    _totals(form, template, money.score + sum((p.score for p in planned), Decimal(0)))
    _absent(form, template, planned)
    settle_in(random, form)
    return form, template


def _totals(form: Evaluation, template: Template, total: Decimal) -> None:
    """The row at the foot: the sum of the points and the grade."""
    if not template.has_total:
        form.missing_rows.append("total")
    else:
        form.total_label, form.total_score = template.total_label, template.score(total)
        form.total_weight = template.score(Decimal(100))
    if template.has_grade:
        form.grade = next(grade for least, grade in GRADES if total >= least)
    else:
        form.missing_rows.append("grade")


def _absent(form: Evaluation, template: Template, planned: list[Planned]) -> None:
    """Columns that this template does not have."""
    if not template.scored:
        form.missing_columns += ["funds.weight", "funds.score", "weight", "score"]
    if not template.has_reasons:
        form.missing_columns.append("deviation")
        assert all(item.full for item in planned)
