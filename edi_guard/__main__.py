"""``python -m edi_guard`` is the same as ``edi-guard``."""

from edi_guard.cli import main

if __name__ == "__main__":
    main()
