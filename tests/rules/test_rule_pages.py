"""Every rule has a page in each form, and the site is built of them."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

import pytest

from edi_guard.rule_pages import facts_of, page_markdown, page_text, table_markdown
from edi_guard.rules import load_rules
from tests.cli.command import run
from tests.conftest import ROOT

if TYPE_CHECKING:
    from types import ModuleType

RULES = load_rules()


@pytest.mark.parametrize("code", sorted(RULES))
def test_pages(code: str) -> None:
    rule = RULES[code]
    markdown = page_markdown(rule)
    assert markdown.startswith(f"# {code}\n\n{rule.summary}\n")
    for title in ("Why it is denied", "What to do", "Example", "Exceptions", "Source"):
        assert f"\n## {title}\n" in markdown
    assert "- **Denied:**" in markdown
    assert "- **Paid:**" in markdown
    text = page_text(rule)
    assert "##" not in text
    facts = facts_of(rule)
    assert facts["sections"]["What to do"] == rule.section("What to do")
    for answer in (*rule.predicts.carc, *rule.predicts.rarc, *rule.predicts.claim_status):
        assert answer in markdown
        assert answer in text


def test_the_table_has_every_rule() -> None:
    table = table_markdown(RULES)
    assert all(f"[{code}]({code.lower()}.md)" in table for code in RULES)


def test_the_command_prints_each_form() -> None:
    listed = json.loads(run("rules", "--format", "json").out)
    assert [rule["code"] for rule in listed] == list(RULES)
    assert run("rules", "--format", "markdown").out.startswith("# Rules")
    assert len(run("rules").out.splitlines()) == len(RULES)


def _site() -> ModuleType:
    spec = importlib.util.spec_from_file_location("site_builder", ROOT / "docs" / "site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.deep
def test_the_site_is_built(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("site")
    site = _site()
    for name, path in (("SOURCE", "source"), ("SITE", "site"), ("CONFIG", "mkdocs.yml")):
        monkeypatch.setattr(site, name, folder / path)
    assert site.main() == 0
    pages = {str(path.relative_to(folder / "site")) for path in (folder / "site").rglob("index.html")}
    assert {f"rules/{code.lower()}/index.html" for code in RULES} <= pages
    assert "for-billing-offices-the-folder-service/index.html" in pages
    assert (folder / "site" / "policies" / "index.html").is_file()
