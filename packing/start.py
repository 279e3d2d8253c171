"""Where a packer begins.

The packed program is its own Python: worker processes come back here, by multiprocessing or as
``auditor -m module``.
"""

import multiprocessing
import runpy
import sys

from auditor.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-m"]:
        sys.argv = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__")
    else:
        main()
