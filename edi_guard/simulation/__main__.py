"""``python -m edi_guard.simulation DIR``: writes simulated claims and answers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from edi_guard.simulation.office import Office


def main() -> int:
    """Write ``claims/`` and ``remits/`` into a folder, which must not hold them yet."""
    parser = argparse.ArgumentParser(prog="python -m edi_guard.simulation", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--claims", type=int, default=3000, help="how many (default: 3000)")
    parser.add_argument("--months", type=int, default=6, help="over how many months (default: 6)")
    parser.add_argument("--seed", type=int, default=837, help="of everything left to chance (default: 837)")
    said = parser.parse_args()
    if said.claims < 1 or not 1 <= said.months <= 11:
        parser.error("--claims must be 1 or more, --months 1 to 11")
    office = Office(said.seed, said.claims, said.months)
    for name, files in (("claims", office.claim_files()), ("remits", office.answer_files())):
        folder = said.folder / name
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            parser.error(f"{folder} is there already: give another folder")
        for file, text in files.items():
            (folder / file).write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
