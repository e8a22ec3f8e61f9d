"""A chart that a letter draws itself: the documented example, what may run, what fails, light and dark."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator.article import build
from generator.assembly.issue import report_files
from generator.charts.render import draw
from generator.charts.style import shades
from generator.check.reading import load_spec
from generator.core.errors import RequestError, SpecError
from generator.edition.figures import OwnDrawing
from generator.market.history import fingerprint
from generator.spec.letter import Letter, load_letter
from generator.spec.models import ReportSpec
from tests.running import project_with, refused, run, small_spec
from tests.study.markets import random_history
from tests.test_report_runs import prices

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "REFERENCE.md").read_text()
FOUND = re.search(r"^```python\n(from matplotlib.figure import Figure\n.*?)^```", REFERENCE, re.M | re.S)
assert FOUND is not None
EXAMPLE = FOUND[1]
FILE = "charts/ratio.py"
HISTORIES = {
    name: random_history(name, "2020-01-02", "2023-03-31", n) for n, name in enumerate(("IWM", "SPY"))
}
SECTION = {
    "draws": FILE,
    "assets": ["IWM", "SPY"],
    "caption": "Small caps and large ones.",
    "alt": "Line chart of both.",
}


def drawing(code: str = EXAMPLE) -> OwnDrawing:
    return OwnDrawing(FILE, code, fingerprint(HISTORIES.values()), tuple(HISTORIES.items()))


def body(line: str) -> str:
    return EXAMPLE.replace("    axes.set_ylabel", f"    {line}\n    axes.set_ylabel")


def project(place: Path, code: str = EXAMPLE, listed: str = f"code: [{FILE}]\n", **section: Any) -> Path:
    report = small_spec(
        assets={"IWM": "Small caps", "SPY": "Large caps"}, sections=[{"chart": {**SECTION, **section}}]
    )
    root = project_with(place / "letter", one=report)
    (root / "charts").mkdir()
    (root / FILE).write_text(code)
    letter = root / "letter.yml"
    letter.write_text(letter.read_text() + listed)
    return root


def spec_of(root: Path) -> ReportSpec:
    return load_spec(root / "reports" / "one" / "report.yml")


def test_the_documented_example_is_drawn_and_shown(tmp_path: Path) -> None:
    root = project(tmp_path)
    for asset in ("IWM", "SPY"):
        prices(root / "mine", asset)
    result = run("report", "--source", f"files:{root / 'mine'}", project=root)
    assert result.exit_code == 0, result.output
    made = root / "build" / "reports" / "one"
    page = (made / "index.md").read_text()
    assert "![Line chart of both.](chart-1-chart.svg)" in page or "![Line chart of both.](" in page
    assert "Small caps and large ones." in page
    (name,) = (path.name for path in made.glob("*chart*.svg") if "phone" not in path.name)
    assert (made / name.replace(".svg", "-phone.svg")).exists()
    html = (root / "site" / "issues" / "one" / "index.html").read_text()
    assert 'alt="Line chart of both."' in html


@pytest.mark.parametrize(("form", "wide"), [("page", 760), ("phone", 360)])
def test_a_picture_has_both_schemes_and_the_width_of_its_form(form: Any, wide: int) -> None:
    image = draw(drawing(), form, False).decode()
    assert re.search(rf'viewBox="0 0 {wide} \d+"', image)
    light, dark = image.split("prefers-color-scheme:dark")
    assert shades()["accent"].light in light
    assert shades()["accent"].dark in dark
    assert "#fe01" not in image
    assert draw(drawing(), form, False) == draw(drawing(), form, False)
    assert "font-family" not in image


def brightness(image: bytes) -> float:
    return float(np.asarray(Image.open(BytesIO(image)).convert("L")).mean())


def test_an_email_has_a_light_and_a_dark_one() -> None:
    light, dark = (brightness(draw(drawing(), form, False)) for form in ("email", "email-dark"))
    assert dark < 80 < 200 < light


@pytest.mark.parametrize("layout", ["figsize=look.size", "figsize=look.size, layout='none'"])
def test_simulated_prices_are_marked(layout: str) -> None:
    code = EXAMPLE.replace("figsize=look.size", layout)
    for form in ("page", "email"):
        assert draw(drawing(code), form, True) != draw(drawing(code), form, False)  # type: ignore[arg-type]


def test_what_is_clear_stays_clear() -> None:
    image = draw(drawing(body("axes.axvspan(*prices['IWM'].sessions[[5, 90]], alpha=0.25)")), "page", False)
    assert 'opacity="0.25"' in image.decode()


def test_no_price_after_the_as_of_date_is_given(tmp_path: Path) -> None:
    root = project(tmp_path)
    letter, asked = load_letter(root), spec_of(root)
    day = HISTORIES["IWM"].sessions[300]
    cut = asked.model_copy(update={"as_of": day.astype(object)})
    made = edition_of(cut, letter)
    (figure,) = [v.figure for s in made.sections for v in s.values.values() if hasattr(v, "figure")]
    assert isinstance(figure, OwnDrawing)
    assert all(each.sessions[-1] == day for _, each in figure.prices)


def edition_of(spec: ReportSpec, letter: Letter) -> Any:
    from generator.spec.studies import build_studies
    from generator.study.run import run_study

    results = {name: run_study(each, HISTORIES, spec.as_of) for name, each in build_studies(spec).items()}
    return build.edition_of(build.gather(spec, letter, HISTORIES, results, "files", False))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (body("missing"), "line 12: NameError: name 'missing' is not defined"),
        (body("raise SystemExit"), "line 12: SystemExit"),
        (body("return axes"), "draw() gave a Axes where a matplotlib Figure is needed"),
        (body("look.colour('acent')"), "line 12: there is no colour 'acent'. Allowed: ink,"),
        (body("prices['QQQ']"), "line 12: KeyError: 'QQQ'"),
        (body("axes.imshow([[1, 2]])"), "it draws pixels"),
    ],
)
def test_what_fails_is_one_message_with_the_line(code: str, told: str) -> None:
    with pytest.raises(RequestError) as caught:
        draw(drawing(code), "page", False)
    assert str(caught.value).startswith(FILE)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_chart_that_fails_stops_its_report_alone(tmp_path: Path) -> None:
    root = project(tmp_path, body("missing"))
    for asset in ("IWM", "SPY"):
        prices(root / "mine", asset)
    (root / "reports" / "two").mkdir()
    text = (root / "reports" / "one" / "report.yml").read_text()
    (root / "reports" / "two" / "report.yml").write_text(f"{text.split('sections:')[0]}sections: [method]\n")
    result = run("report", "--source", f"files:{root / 'mine'}", project=root)
    assert result.exit_code == 5
    assert result.stderr.count("NameError") == 1
    assert f"{FILE}, line 12" in result.stderr
    assert (root / "build" / "reports" / "two" / "index.md").exists()
    assert not (root / "build" / "reports" / "one" / "index.md").exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"listed": ""}, f"{FILE} is code that letter.yml does not list. Write code: [{FILE}] there"),
        ({"code": "def draw(prices look):\n"}, f"{FILE}, line 1: "),
        ({"code": "def drawn(p, l): ...\n"}, "has no function draw(prices, look); its functions: drawn."),
        ({"draws": "../evil.py"}, "must be a Python file of the project"),
        ({"assets": ["IWM", "SPI"]}, "'SPI' is not among the report's assets. Did you mean 'SPY'?"),
        ({"alt": None}, "'alt' is missing"),
        ({"caption": None}, "'caption' is missing"),
        ({"caption": "A fall of 12%."}, "12%"),
    ],
)
def test_each_mistake_of_a_section_is_told_and_nothing_runs(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    ran = tmp_path / "ran"
    code = f"from pathlib import Path\nPath({str(ran)!r}).touch()\n{EXAMPLE}"
    root = project(tmp_path, **{"code": code, **changes})
    with pytest.raises(SpecError) as caught:
        spec_of(root)
    (problem,) = caught.value.problems
    assert told in problem.message
    assert run("check", project=root).exit_code == 2
    assert not ran.exists()


def test_a_letter_with_a_mistake_is_told_of_that_alone(tmp_path: Path) -> None:
    root = project(tmp_path)
    letter = root / "letter.yml"
    letter.write_text(letter.read_text() + "tag_lime: x\n")
    told = refused(run("check", project=root), 2)
    assert "1 mistake found" in told
    assert "tag_lime: there is no such key" in told


def test_a_file_of_the_same_name_beside_the_spec_never_runs(tmp_path: Path) -> None:
    """Texts that a spec's folder brings (lists, tables) and the code of the letter never mix."""
    root = project(tmp_path)
    beside = root / "reports" / "one" / "charts"
    beside.mkdir()
    (beside / "ratio.py").write_text("2020-03-02\n")
    text = (root / "reports" / "one" / "report.yml").read_text()
    (root / "reports" / "one" / "report.yml").write_text(text.replace("when: close > 0", f"dates: {FILE}"))
    asked = spec_of(root)
    assert asked.files[FILE] == "2020-03-02\n"
    assert asked.code[FILE] == EXAMPLE


def test_a_spec_that_was_checked_elsewhere_runs_nothing_unlisted(tmp_path: Path) -> None:
    root = project(tmp_path)
    letter = load_letter(root).model_copy(update={"code": ()})
    with pytest.raises(RequestError, match="does not list"):
        edition_of(spec_of(root), letter)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path)
    (tmp_path / "elsewhere.py").write_text(EXAMPLE)
    (root / FILE).unlink()
    (root / FILE).symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(SpecError, match="leads out of the project"):
        spec_of(root)


def test_the_files_of_a_report_hold_the_chart(tmp_path: Path) -> None:
    root = project(tmp_path)
    files = {
        file.path for file in report_files(edition_of(spec_of(root), load_letter(root)), load_letter(root))
    }
    assert len([name for name in files if re.search(r"chart.*\.svg", name)]) == 2
    assert np.isfinite(HISTORIES["IWM"].close).all()
