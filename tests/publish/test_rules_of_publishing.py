"""The rules of publishing and verifying, each by itself: dates of prices, faults, what came out otherwise."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from generator.core.errors import DataError, RequestError
from generator.core.files import OutputFile
from generator.edition.values import Correction
from generator.market.history import PriceHistory, fingerprint
from generator.market.snapshot import Fault, Kind
from generator.publish.freeze import Manifest, Published, freeze, published_issues
from generator.run.correct import run_of_correction, spec_to_correct
from generator.run.make import Run, versions
from generator.run.publish import refuse_old_prices
from generator.run.strange import _why_not, _window, acknowledging, notices
from generator.run.verify import _changes_of_program, _differing, _listed, _newest, _Prices, _tell_revisions
from generator.study.question import make_study
from tests.desk.hand import history
from tests.scan.markets import MadeUp

MONDAY = "2026-04-20"
NOON, NIGHT = (datetime(2026, 4, 20, hour, tzinfo=UTC) for hour in (12, 23))


def asked(day: str, as_of: str | None = None) -> Any:
    """A spec as far as it is looked at."""
    told = None if as_of is None else date.fromisoformat(as_of)
    return SimpleNamespace(
        slug="one",
        date=date.fromisoformat(day),
        as_of=told,
        assets={"SPY": "S&P 500 fund"},
        studies={},
    )


def source(**lasts: str) -> MadeUp:
    """Prices of these assets up to these days; an underscore stands for what a name of Python cannot have."""
    names = {"dax": "^GDAXI", "cairo": "COMI.CA", "mumbai": "^BSESN"}
    return MadeUp({
        (asset := names.get(name, name)): history([100.0] * 60, asset, last) for name, last in lasts.items()
    })  # fmt: skip


def refused(
    monkeypatch: pytest.MonkeyPatch, spec: Any, as_of: str, given: MadeUp, now: datetime = NIGHT,
    corrected: str | None = None,
) -> str:  # fmt: skip
    """Why these prices are too old; empty where they are not."""
    monkeypatch.setattr("generator.spec.studies.assets_read", lambda _: tuple(given.known))
    until = None if corrected is None else date.fromisoformat(corrected)
    try:
        refuse_old_prices(spec, date.fromisoformat(as_of), until, cast(Any, given), now)
    except DataError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("day", "own", "as_of", "now", "corrected", "missed"),
    [
        (MONDAY, None, MONDAY, NIGHT, None, None),
        (MONDAY, None, "2026-04-17", NOON, None, None),  # its session has not closed
        (MONDAY, None, "2026-04-17", NIGHT, None, MONDAY),
        (MONDAY, "2026-04-17", "2026-04-17", NIGHT, None, None),  # as it says itself
        (MONDAY, "2026-04-16", "2026-04-16", NIGHT, None, "2026-04-17"),  # news that is old when it comes
        (MONDAY, "2026-04-17", "2026-04-16", NIGHT, None, "2026-04-17"),
        ("2026-04-19", None, "2026-04-17", NIGHT, None, None),  # a Sunday
        (MONDAY, None, "2026-04-17", NIGHT, "2026-04-17", None),  # a correction reaches no farther
        (MONDAY, None, "2026-04-16", NIGHT, "2026-04-17", "2026-04-17"),
    ],
)
def test_prices_reach_the_date_of_the_issue(
    day: str, own: str | None, as_of: str, now: datetime, corrected: str | None, missed: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    told = refused(monkeypatch, asked(day, own), as_of, source(SPY=as_of), now, corrected)
    if missed is None:
        assert told == ""
    else:
        assert told == (
            f"its prices end on {as_of}, before the session of {missed}: those of SPY on {as_of}. Publish it "
            "when there are newer prices, or correct its dates. If New York was closed that day, name it "
            "under 'closures' in acknowledged.yml."
        )


def test_which_prices_are_late_and_what_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    both = source(SPY=MONDAY, QQQ="2026-04-17")
    told = refused(monkeypatch, asked(MONDAY), "2026-04-17", both)
    assert ": those of QQQ on 2026-04-17. Publish" in told
    # The prices are there, and the issue itself ends before them.
    own = refused(monkeypatch, asked(MONDAY, "2026-04-16"), "2026-04-16", source(SPY=MONDAY))
    assert own.startswith("its prices end on 2026-04-16, before the session of 2026-04-17. Publish it")
    frankfurt = refused(monkeypatch, asked(MONDAY), "2026-04-17", source(dax="2026-04-17"))
    assert "^GDAXI on 2026-04-17" in frankfurt
    assert "New York" not in frankfurt
    # Of Cairo no holidays are known: it may have been closed since.
    assert refused(monkeypatch, asked(MONDAY), "2026-04-16", source(cairo="2026-04-16")) == ""
    assert refused(monkeypatch, asked(MONDAY), "2026-03-20", source(cairo="2026-03-20")) != ""


def test_of_several_assets_each_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(as_of: str, given: MadeUp, now: datetime = NIGHT) -> str:
        return refused(monkeypatch, asked(MONDAY), as_of, given, now)

    # Frankfurt has closed on Monday, New York has not.
    evening = datetime(2026, 4, 20, 18, tzinfo=UTC)
    both = source(SPY="2026-04-17", dax="2026-04-17")
    assert told("2026-04-17", both, evening) == ""
    assert "If New York was closed that day" in told("2026-04-17", both)
    # Those that reach the newest session that was missed are not late.
    two = told("2026-04-16", source(SPY="2026-04-17", QQQ="2026-04-16", DIA=MONDAY))
    assert ": those of SPY on 2026-04-17, those of QQQ on 2026-04-16. Publish" in two
    # Of Mumbai the holidays of 2027 are not known yet.
    new_year = datetime(2027, 1, 8, 23, tzinfo=UTC)
    mumbai = source(mumbai="2026-12-31")
    assert refused(monkeypatch, asked("2027-01-08"), "2026-12-31", mumbai, new_year) == ""
    # Of Cairo no holidays are known, and with it of neither.
    assert told("2026-04-16", source(SPY="2026-04-16", cairo="2026-04-16")) == ""


def test_held_and_stale_prices_and_those_of_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    given = source(SPY=MONDAY, QQQ=MONDAY)
    given.held = {"QQQ": "QQQ is held: a split"}
    assert refused(monkeypatch, asked(MONDAY), MONDAY, given) == "QQQ is held: a split"
    given.held, given.stale = {}, ["SPY"]
    assert refused(monkeypatch, asked(MONDAY), MONDAY, given).startswith("newer prices of SPY cannot be had")
    given.stale = ["DIA"]
    assert refused(monkeypatch, asked(MONDAY), MONDAY, given) == ""
    assert refused(monkeypatch, asked("2026-04-17"), MONDAY, given).startswith(
        "it is dated 2026-04-17 and shows prices to 2026-04-20. Write 'as_of: 2026-04-17' into"
    )


def fault(kind: Kind, day: str, *others: str) -> Fault:
    days = tuple(np.datetime64(each, "D") for each in (day, *others))
    return Fault(kind, days[0], "It is so.", days[1:])


WINDOW = (np.datetime64("2020-01-06"), np.datetime64("2020-02-03"))


@pytest.mark.parametrize(
    ("given", "windows", "why"),
    [
        *((fault(kind, "1999-01-04"), [], "the series breaks there") for kind in (
            "unit", "split", "jump", "action", "identity", "placeholder"
        )),
        (fault("stale", "2026-04-17"), [], "the fault is in the last year"),
        (fault("stale", "2025-04-19"), [], "the fault is in the last year"),  # 366 days before
        (fault("stale", "2025-04-18"), [], ""),
        (fault("stale", "2026-04-21"), [], ""),  # after the issue's prices end
        (fault("stale", "2010-01-04", "2026-01-05"), [], "the fault is in the last year"),
        (fault("stale", "2020-01-06"), [WINDOW], "the fault is in a case of the report"),
        (fault("stale", "2020-02-03"), [WINDOW], "the fault is in a case of the report"),
        (fault("stale", "2020-02-04"), [WINDOW], ""),
        (fault("stale", "2020-01-03"), [WINDOW], ""),
    ],
)  # fmt: skip
def test_which_faults_keep_an_issue_back(given: Fault, windows: list[Any], why: str) -> None:
    assert _why_not(given, windows, date(2026, 4, 20)) == why


def test_how_far_a_case_reaches() -> None:
    given = history([100.0] * 40, "SPY", "2026-04-24")
    day = given.sessions[10]

    def window(bars: str, *horizons: str, at: np.datetime64 = day) -> tuple[str, str]:
        study = make_study("SPY", when="close > 0", bars=bars, horizons=horizons)  # type: ignore[arg-type]
        first, last = _window(study, given, at)
        return str(first), str(last)

    # Ten days before the signal; the last session of three and one more.
    assert window("daily", "1D", "3D") == (str(day - 10), str(given.sessions[14]))
    assert window("daily", "3D", at=given.sessions[-2]) == (str(given.sessions[-2] - 10), "2026-04-24")
    assert window("weekly", "2W") == (str(day - 16), str(day + 3 * 8))
    assert window("monthly", "1M", "3M") == (str(day - 62), str(day + 4 * 31))


def test_the_command_that_says_a_fault_is_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.run.strange.project_option", lambda root: " --project x")
    monkeypatch.setattr("generator.run.strange.source_option", lambda root, source: " --source y")
    given = [fault("jump", "2026-04-17"), fault("split", "2026-04-16"), fault("jump", "2026-04-17")]
    told = acknowledging(tmp_path, cast(Any, MadeUp({})), "BRK B", given)
    assert told == "precedent --project x data ack 'BRK B' 2026-04-17 --source y --reason \"…\""
    several = [*given, fault("stale", "2026-04-17")]
    assert " 2026-04-17 --kind jump --kind stale --source y" in acknowledging(
        tmp_path, cast(Any, MadeUp({})), "SPY", several
    )


def test_a_page_says_of_which_prices_it_is_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.spec.studies.assets_read", lambda _: ("SPY", "QQQ", "DIA"))
    monkeypatch.setattr("generator.run.strange._strange", lambda *_: {})
    given = source(SPY="2026-04-17", QQQ="2026-04-16", DIA=MONDAY)
    given.held, given.stale = {"SPY": "held"}, ["QQQ"]

    def said(as_of: str | None) -> tuple[str, ...]:
        return notices(tmp_path, asked(MONDAY, as_of), cast(Any, given))

    by = "This page goes by those, which end on"
    held = f"Newer prices of the S&P 500 fund look wrong and are held back. {by} Apr 17, 2026."
    stale = f"Newer prices of QQQ could not be had. {by} Apr 16, 2026."
    assert said(None) == (held, stale)
    assert said("2026-04-18") == (held, stale)
    assert said("2026-04-17") == (stale,)  # nothing newer would have been shown
    assert said("2026-04-16") == ()


def manifest(slug: str = "one", day: str = MONDAY, **changes: Any) -> Manifest:
    made: dict[str, Any] = {
        "slug": slug, "version": 1, "date": day, "as_of": "2026-04-17", "source": "files", "snapshots": {},
        "absent": {}, "spec": "s", "code": "sha256:code", "made_with": versions(), "files": {},
    }  # fmt: skip
    return Manifest(**{**made, **changes})


def test_what_comes_out_otherwise() -> None:
    def sha(content: bytes) -> str:
        return f"sha256:{hashlib.sha256(content).hexdigest()}"

    before = {"same": sha(b"1"), "other": sha(b"2"), "gone": sha(b"3")}
    made = [OutputFile("same", b"1"), OutputFile("other", b"x"), OutputFile("added", b"4")]
    assert _differing(before, made) == ["added", "gone", "other"]
    assert _differing({"same": sha(b"1")}, made[:1]) == []
    assert _listed(["a", "b", "c", "d"]) == "a, b, c, d"
    assert _listed(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more"
    assert _listed(["a", "b", "c", "d", "e"]) == "a, b, c, d and 1 more"


def test_what_is_other_about_the_program() -> None:
    code = "code, templates, settings or lock are others than then"
    assert _changes_of_program(manifest(), "code") == ""
    assert _changes_of_program(manifest(), "other") == code
    old = {**versions(), "numpy": "1.0", "dropped": "2.0"}
    now = versions()["numpy"]
    told = _changes_of_program(manifest(made_with=old), "other")
    assert told == f"{code}; numpy 1.0 then, {now} now; dropped 2.0 then, none now"


def test_what_a_vendor_has_revised() -> None:
    then = {asset: history([100.0, 101.0, 102.0], asset) for asset in ("SPY", "QQQ", "DIA", "IWM")}
    other = {"SPY": history([100.0, 101.5, 102.0], "SPY"), "QQQ": history([99.0, 101.0, 102.0], "QQQ")}
    keys = {asset: fingerprint([each]) for asset, each in then.items()}

    def told(kept: list[str], present: dict[str, PriceHistory]) -> list[str]:
        said: list[str] = []
        prices = _Prices({asset: then[asset] for asset in kept}, present)
        _tell_revisions(manifest(snapshots=keys), prices, said.append)
        return said

    everything = list(then)
    assert told(everything, then) == ["  prices: not revised since"]
    assert told(everything, {}) == []
    first, *rest = told(["SPY", "DIA"], {**then, **other})
    assert first == "  prices: the snapshot is not kept here of QQQ, IWM"
    spy, qqq = rest
    assert spy.startswith("  prices of SPY up to 2026-04-17 were revised since: ")
    assert qqq == (
        "  prices of QQQ up to 2026-04-17 were revised since: by how much, only the snapshot could tell"
    )
    best = _Prices({"SPY": then["SPY"]}, other).best
    assert best == {"SPY": then["SPY"], "QQQ": other["QQQ"]}


def issues(root: Path, **days: str) -> dict[str, Published]:
    """An issue of each day."""
    for slug, day in days.items():
        freeze(root, manifest(slug, day), [OutputFile("index.md", b"x")], ())
    return published_issues(root)


def test_the_newest_issue_that_is_whole(tmp_path: Path) -> None:
    found = issues(tmp_path, a="2026-04-20", b="2026-04-27", c="2026-04-13", d="2026-04-27")
    assert _newest(found, []) == ["d"]
    assert _newest(found, [found["d"].newest]) == ["b"]
    assert _newest(found, [found["d"].newest, found["b"].newest]) == ["a"]
    assert _newest({}, []) == []


@pytest.mark.parametrize(
    ("slugs", "note", "message"),
    [
        ((), "A word.", "takes one issue that is published"),
        (("one", "two"), "A word.", "takes one issue that is published"),
        (("three",), "A word.", "takes one issue that is published"),
        (("one",), " ", "takes a sentence"),
        (("one",), "x" * 501, "up to 500 characters"),
        (("one",), "a\nb", "in one line"),
        (("one",), "x" * 500, r"report\.yml is gone.*Copy it back"),
    ],
)
def test_what_a_correction_takes(slugs: tuple[str, ...], note: str, message: str, tmp_path: Path) -> None:
    found = issues(tmp_path, one=MONDAY, two=MONDAY)
    with pytest.raises(RequestError, match=message):
        spec_to_correct(tmp_path, found, slugs, note)


@pytest.mark.parametrize(("own", "as_of"), [(None, date(2026, 4, 17)), ("2026-04-10", None)])
def test_a_correction_is_made_from_the_prices_of_then(
    own: str | None, as_of: date | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = issues(tmp_path, one=MONDAY)
    first = Correction("2026-04-22", "One word.", 1)
    card = SimpleNamespace(as_of="2026-04-17", corrections=(first,))
    monkeypatch.setattr("generator.edition.card.read_card", lambda folder: card)
    run = Run(tmp_path, cast(Any, None), cast(Any, None), None, "x", found)
    made = run_of_correction(run, asked(MONDAY, own), "Another.", date(2026, 4, 24))
    assert made.as_of == as_of
    assert made.corrections == {"one": (first, Correction("2026-04-24", "Another.", 1))}
