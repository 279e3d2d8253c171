#!/usr/bin/env bash
# One folder with Python, auditor and all it needs, by PyInstaller; then the examples, packed against unpacked.
#   bash packing/single.sh [folder]        on Windows: docs/windows.md
set -euo pipefail
cd "$(dirname "$0")/.."
there=${1:-$(mktemp -d)}
python3 -m venv "$there/env"
"$there/env/bin/pip" install -q -c requirements.lock '.[web]' 'pyinstaller>=6.10'
"$there/env/bin/pyinstaller" --noconfirm --log-level ERROR --name auditor --onedir \
  --distpath "$there/dist" --workpath "$there/work" --specpath "$there" \
  --collect-all auditor --collect-all rjieba --collect-all pypinyin --collect-all textual \
  --collect-all docxtpl --collect-all docx --collect-all pypdfium2 --collect-all pypdfium2_raw \
  --collect-all vl_convert --hidden-import _duckdb --hidden-import duckdb \
  --collect-submodules great_expectations --copy-metadata auditor packing/start.py
# Enough files for two worker processes, which the packed program must start from itself.
for copy in 1 2 3; do cp -r examples "$there/copies$copy"; done
audit() { "$1" check "$there"/copies? --quiet --no-config --jobs 2 --format json || true; }
audit "$there/dist/auditor/auditor" >"$there/packed.json"
audit "$there/env/bin/auditor" >"$there/unpacked.json"
cmp "$there/packed.json" "$there/unpacked.json"
# The page runs its audits as `auditor -m auditor.web.worker`; without a job it ends at once.
"$there/dist/auditor/auditor" -m auditor.web.worker </dev/null
du -sh "$there/dist/auditor"
