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
"$there/dist/auditor/auditor" check examples --quiet --no-config --format json >"$there/packed.json" || true
"$there/env/bin/auditor" check examples --quiet --no-config --format json >"$there/unpacked.json" || true
cmp "$there/packed.json" "$there/unpacked.json"
du -sh "$there/dist/auditor"
