"""Module names: a newcomer finds the file for a change from its name."""

from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "auditor"
# Names that only their author could guess, replaced by the terms of the field.
REPLACED = {
    "auditing", "judging", "handing", "asking", "tallying", "duck", "figures", "beside", "across",
    "sketch", "telling", "naming", "wording", "shelf", "keeping", "sharing", "showing", "inverting",
    "material", "legible", "deciding", "delivery", "auditing_again", "opening", "archive", "children",
    "utils", "helpers", "misc", "common", "manager",
}  # fmt: skip
# A format or a command has a module in each package that deals with it; the package says which part.
IN_SEVERAL_PACKAGES = {
    "baseline", "comparison", "excel", "gate", "history", "model", "pages", "pdf", "records",
    "rounds", "schema", "waivers", "web", "word",
}  # fmt: skip


def stems():
    return [path.stem for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__")]


def test_no_name_is_left_that_only_its_author_can_guess():
    assert REPLACED.isdisjoint(stems())


def test_a_name_stands_for_one_module_unless_it_is_a_format_or_a_command():
    several = {stem for stem, count in Counter(stems()).items() if count > 1}
    migrations = {stem for stem in several if stem.startswith(("1_", "2_", "0"))}
    assert several - migrations <= IN_SEVERAL_PACKAGES
