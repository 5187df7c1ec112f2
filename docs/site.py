"""Builds the documentation site: the README's chapters, docs/*.md, and a page for every rule.

Run by `make docs`; the pages stand in build/site afterwards.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from edi_guard.rule_pages import page_markdown, table_markdown
from edi_guard.rules import load_rules

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "build" / "site-source"
SITE = ROOT / "build" / "site"
CONFIG = ROOT / "build" / "mkdocs.yml"
_CHAPTER = re.compile(r"^## (.+)$", re.MULTILINE)


def main() -> int:
    """Write the pages and let mkdocs make the site of them."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    (SOURCE / "rules").mkdir(parents=True)
    chapters = write_readme()
    for path in sorted((ROOT / "docs").glob("*.md")):
        (SOURCE / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copyfile(ROOT / "CHANGELOG.md", SOURCE / "changelog.md")
    rules = load_rules()
    (SOURCE / "rules" / "index.md").write_text(table_markdown(rules), encoding="utf-8")
    for rule in rules.values():
        page = page_markdown(rule) + tested_cases(rule.code)
        (SOURCE / "rules" / f"{rule.code.lower()}.md").write_text(page, encoding="utf-8")
    CONFIG.write_text(configuration(chapters), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", str(CONFIG)]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own command


def tested_cases(code: str) -> str:
    """Return the cases that the tests run for a rule, as a chapter of its page."""
    path = ROOT / "tests" / "rules" / f"{code}.toml"
    if not path.is_file():
        return ""
    cases = tomllib.loads(path.read_text(encoding="utf-8")).get("case", [])
    found = [case["name"] for case in cases if case.get("expect") or case.get("repaired")]
    silent = [case["name"] for case in cases if not (case.get("expect") or case.get("repaired"))]
    parts = [("Found", found), ("Not found", silent)]
    lines = [f"- **{title}:** {'; '.join(names)}" for title, names in parts if names]
    return "\n## Cases that the tests run\n\n" + "\n".join(lines) + "\n"


def write_readme() -> list[tuple[str, str]]:
    """Write a page for each chapter of the README; return their titles and names."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = text.replace("](docs/", "](").replace("`docs/developing.md`", "[developing](developing.md)")
    head, *rest = _CHAPTER.split(text)
    (SOURCE / "index.md").write_text(head, encoding="utf-8")
    chapters = []
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + ".md"
        (SOURCE / name).write_text(f"# {title}\n{body}", encoding="utf-8")
        chapters.append((title, name))
    return chapters


def configuration(chapters: list[tuple[str, str]]) -> str:
    """Return mkdocs's configuration."""
    pages = [("Start", "index.md"), *chapters]
    lines = ["site_name: edi-guard", f"docs_dir: {SOURCE}", f"site_dir: {SITE}", "theme: mkdocs", "nav:"]
    lines += [f'  - "{title}": {name}' for title, name in pages]
    lines += ["  - Rules: rules/index.md", "  - Policies: policies.md", "  - Settings: configuration.md"]
    lines += ["  - Packed files: archives.md", "  - Tables: reference-tables.md"]
    lines += ["  - Verdicts as tables: tables.md", "  - Spark: spark.md"]
    lines += ["  - Service: running-as-a-service.md", "  - Published edits: published-edits.md"]
    lines += ["  - Developing: developing.md", "  - Changes: changelog.md"]
    lines += ["plugins: [search]", "validation:", "  nav:", "    omitted_files: ignore"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
