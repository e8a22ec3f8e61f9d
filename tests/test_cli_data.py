"""``precedent data``: from the first update over prices that are held to the word that they are real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator.market.calendar import close_on, last_completed_session, sessions, utc_now
from generator.market.providers.yahoo_source import YahooSource
from tests.market.yahoo_server import YahooServer, chart, in_yahoos_place
from tests.running import refused, run

LETTER = "name: L\ntagline: t\nauthor: a\ndisclaimer: d\n"
TODAY = last_completed_session("IWM", utc_now())
DAYS = [str(day) for day in sessions("IWM", TODAY - np.timedelta64(300, "D"), TODAY)]
CLOSES: list[float | None] = [100 + 7 * i % 30 / 10 for i in range(len(DAYS))]


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[YahooServer]:
    begin = YahooSource.__init__

    def impatient(source: YahooSource, root: Path, **options: Any) -> None:
        begin(source, root, pause=0, backoff=(), **options)

    monkeypatch.setattr(YahooSource, "__init__", impatient)
    with in_yahoos_place(monkeypatch) as server:
        yield server


def test_where_the_letter_names_several_sources_each_keeps_its_own(
    yahoo: YahooServer, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    rows = "".join(f"{day},{close}\n" for day, close in zip(DAYS, CLOSES, strict=True))
    (tmp_path / "own" / "GLD.csv").write_text("Date,Close\n" + rows, encoding="utf-8")
    (tmp_path / "letter.yml").write_text(f"{LETTER}source: [files:own, yahoo]\n", encoding="utf-8")
    yahoo.answers["SLV"] = chart("SLV", DAYS[:-3], CLOSES[:-3])
    assert run("data", "update", "SLV", project=tmp_path).exit_code == 0
    yahoo.answers["SLV"] = chart("SLV", DAYS, [*CLOSES[:-3], 70.0, 71.0, 70.5])
    assert run("data", "update", "SLV", project=tmp_path).exit_code == 3
    (state,) = json.loads(run("data", "status", "--format", "json", project=tmp_path).stdout)
    assert (state["asset"], state["state"]) == ("SLV", "held")

    said = ["--reason", "Silver fell that day"]
    assert "GLD has no fault of" in refused(run("data", "ack", "GLD", DAYS[-3], *said, project=tmp_path), 2)
    accepted = run("data", "ack", "slv", DAYS[-3], *said, project=tmp_path)
    assert accepted.exit_code == 0
    assert "Its prices are accepted." in accepted.stdout
    written = (tmp_path / "acknowledged.yml").read_text(encoding="utf-8")
    assert "files:" not in written


def test_a_move_is_held_until_somebody_says_that_it_was_real(yahoo: YahooServer, tmp_path: Path) -> None:
    yahoo.answers["SLV"] = chart("SLV", DAYS[:-3], CLOSES[:-3])
    assert run("data", "update", "SLV", project=tmp_path).exit_code == 0
    fell: list[float | None] = [70.0, 71.0, 70.5]
    yahoo.answers["SLV"] = chart("SLV", DAYS, CLOSES[:-3] + fell)
    held = run("data", "update", "slv", project=tmp_path)
    assert held.exit_code == 3
    assert f"SLV is held: On {DAYS[-3]} the close fell" in held.stdout
    assert f"they end on {DAYS[-4]}" in held.stdout

    (state,) = json.loads(run("data", "status", "--format", "json", project=tmp_path).stdout)
    assert (state["asset"], state["state"], state["last"]) == ("SLV", "held", DAYS[-4])
    checked = run("data", "check", "--source", "yahoo", "--format", "json", project=tmp_path)
    assert checked.exit_code == 3
    assert {found["session"] for found in json.loads(checked.stdout)} == {DAYS[-3]}

    said = ["--reason", "Silver fell: the news of that day"]
    assert "SLV has no fault of 2020-01-02" in refused(
        run("data", "ack", "SLV", "2020-01-02", *said, project=tmp_path), 2
    )
    assert "IWM is not held" in refused(run("data", "ack", "IWM", DAYS[-3], *said, project=tmp_path), 2)
    assert not (tmp_path / "acknowledged.yml").exists()
    accepted = run("data", "ack", "SLV", DAYS[-3], *said, project=tmp_path)
    assert accepted.exit_code == 0, accepted.output
    assert f"  {DAYS[-3]} (jump): On {DAYS[-3]} the close fell" in accepted.stdout
    assert "Its prices are accepted." in accepted.stdout
    (state,) = json.loads(run("data", "status", "--format", "json", project=tmp_path).stdout)
    assert (state["state"], state["last"]) == ("accepted", DAYS[-1])
    assert "Silver fell: the news of that day" in (tmp_path / "acknowledged.yml").read_text()
    assert json.loads((tmp_path / "accepted.json").read_text())["yahoo"]["SLV"]["last"] == DAYS[-1]
    assert run("data", "check", "--source", "yahoo", project=tmp_path).exit_code == 0


def test_a_day_on_which_new_york_was_closed_is_no_missing_session(tmp_path: Path) -> None:
    rows = [f"{day},{close}" for day, close in zip(DAYS, CLOSES, strict=True)]
    (tmp_path / "IWM.csv").write_text("\n".join(["Date,Close", *rows[:50], *rows[51:]]) + "\n")
    check = ["data", "check", "--source", f"files:{tmp_path}"]
    assert f"The session of {DAYS[50]} has no bar" in run(*check, project=tmp_path).stdout
    (tmp_path / "acknowledged.yml").write_text(f"closures: [{DAYS[50]}]  # a hurricane\n")
    try:
        told = run(*check, project=tmp_path)
    finally:
        close_on(())
    assert (told.exit_code, told.stdout) == (0, "1 asset checked, 0 suspicious.\n")


def test_what_nobody_was_shown_is_not_excused(yahoo: YahooServer, tmp_path: Path) -> None:
    yahoo.answers["FB"] = chart("FB", DAYS[:-3], CLOSES[:-3], longName="Facebook")
    assert run("data", "update", "FB", project=tmp_path).exit_code == 0
    other = [None if close is None else close * 1.03 for close in CLOSES[-40:]]
    yahoo.answers["FB"] = chart("FB", DAYS, CLOSES[:-40] + other, longName="Meta Platforms")
    assert "more. The prices of" in run("data", "update", "FB", project=tmp_path).stdout
    said = ["data", "ack", "FB", DAYS[-4], "--reason", "It was renamed"]
    both = refused(run(*said, project=tmp_path), 2)
    assert "other-security: The name is Meta Platforms now" in both
    assert "rewritten: The open of " in both
    assert not (tmp_path / "acknowledged.yml").exists()
    assert "of the kind 'jump'" in refused(run(*said, "--kind", "jump", project=tmp_path), 2)
    left = run(*said, "--kind", "other-security", project=tmp_path)
    assert left.exit_code == 3
    excused, held = left.stdout.split("It is still held for:")
    assert "other-security" in excused
    assert "rewritten" not in excused
    assert "rewritten" in held
    assert "other-security" not in held


def test_a_fresh_checkout_compares_with_what_was_accepted_elsewhere(
    yahoo: YahooServer, tmp_path: Path
) -> None:
    yahoo.answers["IWM"] = chart("IWM", DAYS[:-3], CLOSES[:-3])
    assert run("data", "update", "IWM", project=tmp_path).exit_code == 0
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "accepted.json").write_bytes((tmp_path / "accepted.json").read_bytes())
    assert "not here" in run("data", "status", project=fresh).stdout
    other = [None if close is None else close * 1.01 for close in CLOSES[:200]] + CLOSES[200:]
    yahoo.answers["IWM"] = chart("IWM", DAYS[1:], other[1:])
    assert "sessions and had" in run("data", "update", "IWM", project=fresh).stdout
    assert not (fresh / "prices" / "IWM.parquet").exists()


def test_an_update_that_is_refused_says_what_is_left_and_goes_on_there(
    yahoo: YahooServer, tmp_path: Path
) -> None:
    for asset in ("AAA", "BBB", "CCC"):
        shift = ord(asset[0])
        yahoo.answers[asset] = chart(asset, DAYS, [c + shift for c in CLOSES if c is not None])
    good, yahoo.answers["BBB"] = yahoo.answers["BBB"], (429, "Too Many Requests")
    stopped = run("data", "update", "AAA", "BBB", "CCC", project=tmp_path)
    assert stopped.exit_code == 3
    assert "HTTP 429" in stopped.stdout
    assert "Stopped: 1 done, 2 left." in stopped.stderr
    assert "CCC" not in yahoo.asked
    yahoo.answers["BBB"] = good
    yahoo.asked.clear()
    assert run("data", "update", "AAA", "BBB", "CCC", project=tmp_path).exit_code == 0
    assert "AAA" not in yahoo.asked


def test_files_are_checked_by_all_rules(tmp_path: Path) -> None:
    rows = [f"{day},{close}" for day, close in zip(DAYS, CLOSES, strict=True)]
    (tmp_path / "IWM.csv").write_text("\n".join(["Date,Close", *rows]) + "\n")
    plain = run("data", "check", "--source", f"files:{tmp_path}", project=tmp_path)
    assert (plain.exit_code, plain.stdout) == (0, "1 asset checked, 0 suspicious.\n")
    (tmp_path / "SPY.csv").write_text("\n".join(["Date,Close", *rows[:50], *rows[51:]]) + "\n")
    (tmp_path / "QQQ.csv").write_text("Date,Close\n2026-01-02,1\n2026-01-02,2\n")
    faulty = run("data", "check", "--source", f"files:{tmp_path}", project=tmp_path)
    assert faulty.exit_code == 3
    assert "3 assets checked, 2 suspicious" in faulty.stdout
    assert "missing-session" in faulty.stdout
    assert "malformed" in faulty.stdout
    assert "NaT" not in faulty.output


def test_a_fault_of_no_session_has_none(tmp_path: Path) -> None:
    (tmp_path / "QQQ.csv").write_text("Date,Close\n2026-01-02,x\n2026-01-05,2\n")
    asked = ("data", "check", "--source", f"files:{tmp_path}")
    (fault,) = json.loads(run(*asked, "--format", "json", project=tmp_path).stdout)
    assert (fault["asset"], fault["kind"], fault["session"]) == ("QQQ", "malformed", None)
    assert "NaT" not in run(*asked, project=tmp_path).output
