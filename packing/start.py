"""Where a packer begins."""

from auditor.cli import main

if __name__ == "__main__":
    main()
