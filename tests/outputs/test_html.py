"""The HTML report in a real browser: it renders, filters, ticks, prints, and asks nobody for anything."""

from __future__ import annotations

import json
import re
import shutil
import time
from typing import TYPE_CHECKING

import msgspec
import pytest

from edi_guard.engine import process
from edi_guard.masking import Phi
from edi_guard.outputs import render
from edi_guard.report import ClaimReport, Report, make_report
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import make_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

DEMO = "demo/professional.837"
SETTINGS = make_settings()


def _report(name: str = DEMO, phi: Phi = Phi.MINIMAL, **replaced: str) -> Report:
    text = fixture(name)
    for old, new in replaced.items():
        text = text.replace(old, new)
    with Source.from_bytes(text.encode("latin-1"), name) as source:
        return make_report(process(source, SETTINGS), phi)


def _data(page: str) -> dict[str, object]:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert match is not None
    data: dict[str, object] = json.loads(match[1])
    return data


# ------------------------------------------------------------- without a browser


def test_names_stay_out_by_default() -> None:
    page = render("html", [_report()])
    for secret in ("DOE", "JANE", "MILLER", "W000000001", "M25511", "1970"):
        assert secret not in page
    assert "DEMO0010" in page


def test_names_stand_in_it_when_asked_for() -> None:
    page = render("html", [_report(phi=Phi.FULL)])
    for value in ("DOE, JANE", "W000000001", "M25511", "1970-01-01"):
        assert value in page


def test_with_no_phi_there_is_no_number_of_a_claim() -> None:
    page = render("html", [_report(phi=Phi.NONE)])
    assert "DEMO0" not in page


def test_values_of_a_claim_cannot_become_code() -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    report = _report()
    claims = tuple(msgspec.structs.replace(claim, id=evil) for claim in report.claims)
    page = render("html", [msgspec.structs.replace(report, claims=claims)])
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert evil in json.dumps(_data(page))


def test_nothing_is_loaded_from_anywhere() -> None:
    page = render("html", [_report()])
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert "@import" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_several_inputs_stand_on_one_page() -> None:
    page = render("html", [_report(), _report("demo/institutional.837")])
    assert "DEMO0010" in page
    assert "DEMO0111" in page
    assert "UB-04" in page


def test_a_refused_file_says_so() -> None:
    page = render("html", [_report("broken/segment_count.edi")])
    assert "REFUSED WHOLE" in page


# ----------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "these tests need Chromium (Debian: apt-get install chromium)"
    quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=quiet)
        yield opened
        opened.close()


class Opened:
    """A page with all that the browser says about it."""

    def __init__(self, browser: Browser, path: Path, scheme: str = "light") -> None:
        self.context = browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light", viewport={"width": 1280, "height": 900}
        )
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.url = path.as_uri()
        self.page.goto(self.url)

    def finish(self) -> None:
        assert self.said == []
        assert set(self.asked) == {self.url}
        self.context.close()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(render("html", [_report(), _report("demo/institutional.837")]), encoding="utf-8")
    return path


@pytest.mark.deep
def test_it_filters_sorts_and_opens(browser: Browser, written: Path) -> None:
    opened = Opened(browser, written)
    page = opened.page
    visible = page.locator("#rows tbody tr:visible")
    everything = visible.count()
    assert everything > 10
    page.select_option("#severity", "reject")
    rejected = visible.count()
    assert 0 < rejected < everything
    assert page.locator("#count").inner_text().startswith(f"{rejected} of {everything}")
    page.select_option("#severity", "")
    page.fill("#search", "demo0010 sim301")
    assert visible.count() == 1
    page.fill("#search", "")
    page.click("th button[data-sort=claim]")
    names = page.locator("#rows tbody tr .open").all_inner_texts()
    assert names == sorted(names)
    page.click("th button[data-sort=claim]")
    assert page.locator("#rows tbody tr .open").all_inner_texts() == sorted(names, reverse=True)
    button = page.locator('tr:has-text("DEMO0007") .open').first
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    detail = page.locator("tr.detail")
    assert "CMS-1500" in detail.inner_text()
    assert detail.locator("td.marked .mark").inner_text() == "UNIT401"
    page.keyboard.press("Enter")
    assert not detail.is_visible()
    opened.finish()


@pytest.mark.deep
def test_ticks_survive_a_reload(browser: Browser, written: Path) -> None:
    opened = Opened(browser, written)
    page = opened.page
    page.locator(".tick").nth(2).check()
    mark = page.locator("#rows tbody tr").nth(2).get_attribute("data-mark")
    page.reload()
    assert page.locator(f'tr[data-mark="{mark}"] .tick').is_checked()
    assert "1 done" in page.locator("#count").inner_text()
    page.check("#open")
    assert not page.locator(f'tr[data-mark="{mark}"]').is_visible()
    opened.finish()


@pytest.mark.deep
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(browser: Browser, written: Path, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened = Opened(browser, written, scheme)
    opened.page.locator(".open").first.click()
    results = Axe().run(opened.page)
    faults = [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in results.response["violations"]]
    assert faults == []
    opened.context.close()


@pytest.mark.deep
def test_it_prints(browser: Browser, written: Path, tmp_path: Path) -> None:
    opened = Opened(browser, written)
    target = tmp_path / "report.pdf"
    opened.page.pdf(path=str(target))
    data = target.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 2
    opened.page.emulate_media(media="print")
    assert not opened.page.locator(".filters").is_visible()
    assert opened.page.locator("#rows").is_visible()
    opened.finish()


@pytest.mark.deep
def test_five_thousand_findings_stay_usable(browser: Browser, tmp_path: Path) -> None:
    report = _report()
    many: list[ClaimReport] = []
    ordinal = 0
    while sum(len(claim.findings) for claim in many) < 5000:
        for claim in report.claims:
            ordinal += 1
            many.append(msgspec.structs.replace(claim, ordinal=ordinal, id=f"MANY{ordinal:06d}"))
    path = tmp_path / "many.html"
    path.write_text(render("html", [msgspec.structs.replace(report, claims=tuple(many))]), encoding="utf-8")
    size = path.stat().st_size
    assert size < 10 * 2**20, f"{size / 2**20:.1f} MB"
    begun = time.monotonic()
    opened = Opened(browser, path)
    opened.page.wait_for_function("document.getElementById('count').textContent.includes('done')")
    seconds = time.monotonic() - begun
    opened.page.fill("#search", "many000007")
    assert opened.page.locator("#rows tbody tr:visible").count() <= 3
    opened.finish()
    # The promise is 2 seconds on an office's machine; this one may be busy with other tests.
    print(f"{size / 2**20:.1f} MB, {seconds:.2f} s")  # noqa: T201
