"""Sources of a letter's own, installed ones, and lists in which one stands in for another."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.article.report import source_line
from generator.core.errors import BadDataError, RequestError, SourceError, UnknownAssetError
from generator.market.history import PriceHistory
from generator.market.own_source import TableSource
from generator.market.providers.registry import Allowed, open_source
from generator.spec.letter import load_letter, source_of
from tests.market.test_faults import history
from tests.running import project_with, refused, run

ROOT = Path(__file__).parents[2]
EXAMPLE = re.search(
    r"^```python\n(import sqlite3\n.*?)^```", (ROOT / "REFERENCE.md").read_text(), re.M | re.S
)
WORD = "sources.mine:Prices"
QUESTION = ("study", "--asset", "IWM", "--when", "roc(close, 5) > 3", "--format", "json")


def csv_of(prices: PriceHistory, folder: Path, ticker: str = "IWM") -> None:
    folder.mkdir(exist_ok=True)
    assert prices.volume is not None
    rows = zip(prices.sessions.astype(str), prices.close.tolist(), prices.volume.tolist(), strict=True)
    text = "".join(f"{day},{close!r},{volume!r}\n" for day, close, volume in rows)
    (folder / f"{ticker}.csv").write_text(f"Date,Close,Volume\n{text}")


def database_of(prices: PriceHistory, path: Path) -> None:
    assert prices.volume is not None
    rows = zip(prices.sessions.astype(str), prices.close.tolist(), prices.volume.tolist(), strict=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE prices (ticker TEXT, day TEXT, close REAL, volume REAL)")
        database.executemany("INSERT INTO prices VALUES ('IWM', ?, ?, ?)", rows)
    database.close()


def say(project: Path, source: str, code: str = "") -> None:
    letter = project / "letter.yml"
    text = re.sub(r"^(source|code):.*\n", "", letter.read_text(), flags=re.M)
    letter.write_text(f"{text}source: {source}\n" + (f"code: {code}\n" if code else ""))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A letter with the documented source, which leaves a mark when its code runs."""
    root = project_with(tmp_path / "letter")
    assert EXAMPLE is not None
    (root / "sources").mkdir()
    (root / "sources" / "mine.py").write_text(
        f"from pathlib import Path\nPath({str(root / 'ran')!r}).touch()\n{EXAMPLE[1]}"
    )
    database_of(history(), root / "prices.db")
    csv_of(history(), root / "mine")
    return root


def test_the_documented_source_gives_the_figures_of_the_same_prices_in_files(project: Path) -> None:
    say(project, WORD, "[sources/mine.py]")
    own = run(*QUESTION, project=project)
    assert own.exit_code == 0, own.output
    files = run(*QUESTION, "--source", f"files:{project / 'mine'}", project=project)
    found, expected = json.loads(own.stdout), json.loads(files.stdout)
    assert (found.pop("source"), expected.pop("source")) == ("our-database", "files")
    assert found == expected
    assert found["episodes"]
    assert run(*QUESTION, "--source", WORD, project=project).exit_code == 0
    source = source_of(project, load_letter(project))
    assert source.credit(["IWM"]) == "our own database"
    assert "iwm" not in source.assets()
    assert source.spelled("iwm") == "IWM"
    message = refused(run("study", "--asset", "XYZ", "--when", "close > 0", project=project), 3)
    assert "source 'our-database' has no prices for 'XYZ': it has IWM" in message


@pytest.mark.parametrize(
    ("source", "code", "asked", "said"),
    [
        ("yahoo", "[sources/mine.py]", WORD, "letter.yml does not name it"),
        ("yahoo", "", WORD, "letter.yml does not name it"),
        (WORD, "", None, "is in sources/mine.py, which letter.yml does not list under code"),
        (WORD, "[sources/other.py]", None, "Write code: [sources/mine.py] there"),
        ("sources.mine:Nothing", "[sources/mine.py]", None, "there is no such class"),
        ("sources.mine:Path", "[sources/mine.py]", None, "is no source: it lacks"),
        ("nobody", "", None, "nobody"),
    ],
)
def test_code_runs_only_when_the_letter_names_it(
    project: Path, source: str, code: str, asked: str | None, said: str
) -> None:
    say(project, source, code)
    option = () if asked is None else ("--source", asked)
    assert said in refused(run(*QUESTION, *option, project=project), 2)
    assert (project / "ran").exists() == (code == "[sources/mine.py]" and source.startswith("sources"))


def test_files_of_code_lie_in_the_project_and_their_failures_are_told(project: Path) -> None:
    mine = project / "sources" / "mine.py"
    outside = mine.replace(project.parent / "outside.py")
    allowed = Allowed([WORD], ["sources/mine.py"])
    with pytest.raises(
        SourceError, match=r"sources/mine\.py, which letter\.yml lists under code, is not there"
    ):
        open_source(WORD, project, allowed)
    mine.symlink_to(outside)
    with pytest.raises(RequestError, match="leads out of the project through a link"):
        open_source(WORD, project, allowed)
    mine.unlink()
    mine.write_text("1 / 0\n")
    with pytest.raises(SourceError, match=r"cannot be loaded: ZeroDivisionError: division by zero"):
        open_source(WORD, project, allowed)
    mine.write_text(outside.read_text().replace("our-database", "yahoo"))
    with pytest.raises(RequestError, match="calls itself 'yahoo'"):
        open_source(WORD, project, allowed)
    mine.write_text(outside.read_text().replace("FROM prices", "FROM nowhere"))
    with pytest.raises(SourceError, match=r"fails on its tickers: OperationalError: no such table: nowhere"):
        open_source(WORD, project, allowed).history("IWM")


def test_check_runs_no_code_and_tells_what_the_letter_lacks(project: Path) -> None:
    say(project, f"[{WORD}, 'files:nowhere']")
    message = run("check", project=project).output
    assert "letter.yml does not list under code" in message
    assert "nowhere" in message
    say(project, f"[{WORD}, 'files:mine']", "[sources/mine.py]")
    assert run("check", project=project).exit_code == 0
    say(project, "sources.mine:Price", "[sources/mine.py]")
    message = refused(run("check", project=project), 2)
    assert "source 'sources.mine:Price': there is no such class." in message
    assert "The file's classes: Prices." in message
    (project / "sources" / "mine.py").write_text("from sources.other import *\nPrice = Prices\n")
    assert run("check", project=project).exit_code == 0
    (project / "sources" / "mine.py").write_text("class Price(:\n")
    assert "SyntaxError: invalid syntax (mine.py, line 1)" in refused(run("check", project=project), 2)
    assert not (project / "ran").exists()
    say(project, "[yahoo, nobody]", "[../mine.py]")
    message = refused(run("check", project=project), 2)
    assert "source" in message
    assert "code" in message


def test_an_installed_source_runs_only_when_the_letter_names_it(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "vendor-1.0.dist-info").mkdir(parents=True)
    (site / "vendor-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: vendor\nVersion: 1.0\n"
    )
    (site / "vendor-1.0.dist-info" / "entry_points.txt").write_text(
        "[precedent.sources]\nvendor = vendor_prices:Prices\n"
    )
    (site / "vendor_prices.py").write_text((project / "sources" / "mine.py").read_text())
    monkeypatch.syspath_prepend(str(site))
    assert "letter.yml does not name it" in refused(run(*QUESTION, "--source", "vendor", project=project), 2)
    assert "vendor_prices" not in sys.modules
    say(project, "vendor")
    assert run(*QUESTION, project=project).exit_code == 0
    monkeypatch.delitem(sys.modules, "vendor_prices")


def test_a_second_source_stands_in_and_it_is_told(project: Path) -> None:
    csv_of(history(1), project / "other", "QQQ")
    csv_of(history(2), project / "other", "IWM")
    say(project, "['files:nowhere', 'files:mine', 'files:other']")
    source = source_of(project, load_letter(project))
    assert "source files:nowhere cannot be opened" in source.notes[0]
    assert source.history("IWM").close.tolist() == history(0).close.tolist()
    assert source.credit(["IWM"]) == "local files"
    assert source.history("QQQ").close.tolist() == history(1).close.tolist()
    assert "QQQ: files:other stands in for files:mine: no prices for 'QQQ'" in source.notes[-1]
    again = source_of(project, load_letter(project))
    assert {asset: h.last for asset, h in again.histories(["IWM", "QQQ"]) if isinstance(h, PriceHistory)} == {
        "IWM": history().last,
        "QQQ": history().last,
    }
    with pytest.raises(
        UnknownAssetError, match=r"no prices for 'XYZ' in .*mine.* Nor files:other: no prices"
    ):
        source.history("XYZ")
    told = run(*QUESTION, project=project)
    assert told.exit_code == 0, told.output
    assert "files:nowhere cannot be opened, and the others stand in" in told.stderr


def test_a_page_says_which_source_it_was(project: Path) -> None:
    csv_of(history(1), project / "mine", "QQQ")
    (project / "mine" / "IWM.csv").unlink()
    say(project, f"['files:mine', {WORD}]", "[sources/mine.py]")
    source = source_of(project, load_letter(project))
    for asset in ("QQQ", "IWM"):
        source.history(asset)
    day = history().last.item()
    both, one = source.credit(["QQQ", "IWM"]), source.credit(["IWM"])
    assert source_line(source.name, False, day, both).startswith(
        "Prices: local files; our own database for IWM, through "
    )
    assert source_line(source.name, False, day, one).startswith("Prices: our own database, through ")


def test_simulated_prices_stand_in_for_nothing() -> None:
    with pytest.raises(RequestError, match="'sample' cannot be combined with other sources"):
        open_source(["yahoo", "sample"], Path())


class Mine(TableSource):
    """A source of these columns under one ticker."""

    name = "mine"

    def __init__(self, columns: dict[str, object]) -> None:
        super().__init__(Path())
        self.columns = columns

    def tickers(self) -> list[str]:
        return ["IWM"]

    def table(self, ticker: str) -> Any:
        return self.columns


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            {"Date": ["2024-01-02", "2024-01-03", None], "Close": [1, 2, 3]},
            "an empty date, or columns of other",
        ),
        ({"Date": ["2024-01-02", "2024-01-03"], "Close": [1, 2, 3]}, "an empty date, or columns of other"),
        (
            {"Date": ["2024-01-02", "2024-01-03"], "Close": [1, 2], "Open": [1]},
            "an empty date, or columns of other",
        ),
        ({"Date": ["2024-01-02", "01/03/2024"], "Close": [1, 2]}, "Dates are such as 2026-04-20"),
        ({"Date": ["2024-01-02", "2024-01-03"], "Close": [1, "two"]}, "the others numbers"),
        ({"Close": [1, 2]}, "the table has no column Date. It has Close"),
        ({"Day": [1]}, "the table has no column Date and none Close. It has Day"),
        ({}, "It has none"),
    ],
)
def test_a_table_that_is_none_of_prices_is_told(columns: dict[str, object], told: str) -> None:
    with pytest.raises(BadDataError) as caught:
        Mine(columns).history("IWM")
    assert told in str(caught.value)
    assert "source 'mine', IWM" in str(caught.value)


def test_a_table_of_any_order_and_spelling_is_read() -> None:
    source = Mine({"Date": ["2024-01-04", "2024-01-03", "2024-01-02"], "Close": [3, 2, 1]})
    assert source.history("iwm").close.tolist() == [1, 2, 3]
    assert (source.spelled("iwm"), source.spelled("SPY")) == ("IWM", "SPY")
    with pytest.raises(UnknownAssetError, match="has no prices for 'SPY': it has IWM"):
        source.history("SPY")
