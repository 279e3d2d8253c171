"""Rules of one's own are untrusted: they read no file, reach no network, and end."""

from dataclasses import replace

import pytest

from auditor.engine import duckdb_connection, rule_runner
from auditor.findings.decisions import DecisionFault, Decisions
from auditor.pipeline import Extraction, audit, choose
from auditor.resources import ResourceError, load_yaml
from auditor.rulebook.loading import load
from auditor.rulebook.model import RuleFault
from benchmarks.forms import forms
from tests.building import form, found, fund
from tests.rulebook.test_rule_faults import write

HOSTILE = {
    "reads a file by name": "select form_id, row_id from 'a.csv'",
    "reads a file by function": "select form_id, row_id from read_csv('a.csv')",
    "reads text": "select form_id, row_id from forms where label = read_text('a.csv')",
    "lists files": "select form_id, row_id from glob('/*')",
    "attaches": "attach 'x.db'",
    "installs": "install httpfs",
    "loads": "load httpfs",
    "copies out": "copy (select 1) to 'x.csv'",
    "changes settings": "set enable_external_access = true",
    "asks the environment": "select form_id, row_id from forms where getenv('HOME') = 'x'",
    "looks at another schema": "select form_id, row_id from information_schema.forms",
    "hides a second statement": "select form_id, row_id from forms; attach 'x.db'",
    "hides in a comment": "select form_id, row_id from forms -- where",
    "loops": "with recursive t as (select form_id, row_id from forms union all select form_id, row_id from t)"
             " select form_id, row_id from t",
    "makes rows": "select form_id, row_id from forms, range(1000000000)",
    "makes lists": "select form_id, unnest([1, 2]) as row_id from forms",
}  # fmt: skip
FLAGS = {
    "hides a statement": "executed > 1; attach 'x'",
    "hides in a comment": "executed > 1 -- and",
    "hides in a block": "executed /* x */ > 1",
    "reads": "executed > length(read_text('a.csv'))",
    "asks": "label = getenv('HOME')",
    "selects": "executed > (select 1)",
    "nests": "(" * 3000 + "executed > 1" + ")" * 3000,
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_query_that_does_more_than_select_facts_is_refused_when_it_loads(tmp_path, query):
    with pytest.raises(RuleFault, match=r"Z01-own-rule\.yaml"):
        load(write(tmp_path, query=query, flag=None, applies=None))


@pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)
def test_a_condition_that_does_more_than_compare_is_refused_when_it_loads(tmp_path, flag):
    with pytest.raises(RuleFault, match=r"Z01-own-rule\.yaml"):
        load(write(tmp_path, flag=flag))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT * FROM read_csv('{folder}/a.csv')", "disabled"),
        ("SELECT * FROM '{folder}/a.csv'", "disabled"),
        ("ATTACH '{folder}/x.db'", "disabled"),
        ("COPY (SELECT 1) TO '{folder}/x.csv'", "disabled"),
        ("SELECT * FROM glob('{folder}/*')", "disabled"),
        ("INSTALL httpfs", "disabled"),
        ("LOAD httpfs", "disabled"),
        ("SELECT getenv('HOME')", "does not exist"),
        ("SET enable_external_access = true", "locked"),
        ("SELECT * FROM statement", "does not exist"),
    ],
)
def test_the_database_itself_is_closed(statement, said, tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", "utf-8")
    connection = duckdb_connection.connect()
    duckdb_connection.lock(connection)
    with pytest.raises(duckdb_connection.core().Error, match=said):
        connection.execute(statement.format(folder=tmp_path.as_posix()))
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_join_that_never_ends_is_stopped_and_is_the_rules_fault(monkeypatch):
    monkeypatch.setattr(rule_runner, "_SECONDS", 0.3)
    choice = choose()
    rule = next(rule for rule in choice.rules if rule.table == "forms" and rule.flag)
    endless = "SELECT a.form_id, a.row_id FROM " + ", ".join(f"texts {name}" for name in "abcdefg")
    endless += " GROUP BY a.form_id, a.row_id HAVING count(*) < 0"
    endless = replace(rule, query=endless, flag=None, cells=["/project"])
    result = audit(Extraction(forms(0, 40)), replace(choice, rules=(endless, rule)))
    assert [error["rule"] for error in result.rule_errors] == [rule.id]
    assert len(result.reports) == 40


def test_a_message_is_no_template(tmp_path):
    told = {"zh": "{executed} {executed.__class__} {{7*7}} {% raw %} %s $x", "en": "{executed} x"}
    folder = write(tmp_path, message=told)
    sheet = form(funds=[fund(budget="1", executed="2")])
    assert ("Z01", "warning", ["/funds/0/executed"]) in found(sheet, extra_rules=folder)
    (finding,) = [
        f for r in audit(Extraction([sheet]), choose(select=["Z01"], extra_rules=folder)).reports
        for f in r.findings
    ]  # fmt: skip
    assert finding.message == "2 {executed.__class__} {{7*7}} {% raw %} %s $x"


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [(BOMB, "aliases"), ("a: &a [*a]\n", "aliases"), ("[" * 500, "deep nesting"),
     ("x" * 2_000_000, "longer than")],
    ids=["bomb", "circle", "depth", "size"],
)  # fmt: skip
def test_yaml_that_stands_for_more_than_it_says_is_refused(tmp_path, text, said):
    (tmp_path / "Z01.yaml").write_text(text, "utf-8")
    with pytest.raises(ResourceError, match=said):
        load_yaml(tmp_path / "Z01.yaml")
    with pytest.raises(RuleFault, match=said):
        load(tmp_path)


@pytest.mark.parametrize("text", [BOMB, "[" * 500], ids=["bomb", "depth"])
def test_decisions_are_no_bomb_either(tmp_path, text):
    (tmp_path / "d.yaml").write_text(text, "utf-8")
    with pytest.raises(DecisionFault, match="aliases"):
        Decisions.read(tmp_path / "d.yaml")
