#!/usr/bin/env bash
# The floors in pyproject.toml are true: every direct dependency at its oldest allowed version, and the tests.
#   bash packing/oldest.sh [folder for the environment]
set -euo pipefail
cd "$(dirname "$0")/.."
there=${1:-$(mktemp -d)}
python3 -m venv "$there"
"$there/bin/python" - >"$there/oldest.txt" <<'PY'
import re
import tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
extras = project["optional-dependencies"]
for line in [*project["dependencies"], *extras["web"], *extras["tests"]]:
    if floor := re.match(r"([\w.-]+)(?:\[\w+\])?>=([\w.]+)", line):
        print(f"{floor[1]}=={floor[2]}")
PY
"$there/bin/pip" install -q -c "$there/oldest.txt" -e '.[tests,web]'
"$there/bin/pip" list --format freeze | grep -iFf <(cut -d= -f1 "$there/oldest.txt") | head -60
# The bytes of office files are those of the locked libraries; what they say is tested elsewhere.
"$there/bin/python" -m pytest -q -m "not slow" -p no:cacheprovider \
  --deselect "tests/cli/test_snapshots.py::test_the_reports_of_the_examples_are_those_that_were_reviewed[letters.docx]" \
  --deselect "tests/cli/test_snapshots.py::test_the_reports_of_the_examples_are_those_that_were_reviewed[report.xlsx]"
