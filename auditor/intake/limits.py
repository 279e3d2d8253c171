"""Every limit of what is read, in one place (docs/threat-model.md says what each is for).

A file past a limit is a problem of its own and costs nothing else. The largest real submissions
that we know stay below a tenth of each.
"""

MAX_BYTES = 512 * 1024 * 1024  # of a file as submitted

# Archives, nested ones included.
MAX_DEPTH = 3  # archives in archives
MAX_FILES = 2000  # files
MAX_TOTAL = 1024 * 1024 * 1024  # bytes unpacked
MAX_MEMBER = 200 * 1024 * 1024  # bytes of one member unpacked
MAX_RATIO = 200  # unpacked to packed

# Office files.
MAX_TAGS = 6_000_000  # in one XML part: more would keep a parser busy for minutes
MAX_STRINGS = 1_000_000  # entries of a workbook's table of shared strings
MAX_SHEET_CELLS = 2_000_000  # cells of a worksheet
MAX_SHEET_TEXT = 20_000_000  # characters of all cells: many may share one long text

# PDF and pictures.
MAX_PAGES = 2000  # pages of a PDF
MAX_SCANNED_PAGES = 12  # pages that are recognised from a picture
MAX_PIXELS = 60_000_000  # of a picture

# A form.
MAX_TEXT = 2_000_000  # characters of a cell; Excel itself ends at 32,767
JUDGED_OF_NARRATIVE = 20_000  # characters of a goal, result or reason that are judged
JUDGED_OF_CELL = 500  # of any other cell
JUDGED_OF_FORM = 400_000  # of all cells of a form together
MAX_ROWS = 2_000  # of its funds and indicators together
MAX_RECORD_CELLS = 50_000  # values of a record from another system

# A worker process, per file.
SECONDS = 180.0  # seconds: twelve scanned pages on a busy machine
MEMORY = 3 * 1024**3  # bytes of address space; not on Windows
