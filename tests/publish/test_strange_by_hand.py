"""What becomes of strange prices, by hand: who is told, which command helps, what holds an issue back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from generator.core.errors import DataError, SourceError, StrangeError
from generator.market.snapshot import Fault, Kind
from generator.run import strange
from generator.spec.letter import Letter
from tests.desk.hand import history
from tests.scan.markets import MadeUp

AS_OF = date(2026, 4, 20)
ROOT = Path("letter")


def spec_of(as_of: str | None = None, **assets: str) -> Any:
    told = None if as_of is None else date.fromisoformat(as_of)
    return SimpleNamespace(slug="one", date=date(2026, 4, 21), as_of=told, assets=assets, studies={})


def fault(kind: Kind, day: str, sentence: str = "It fell.") -> Fault:
    return Fault(kind, np.datetime64(day, "D"), sentence)


def source_of(*assets: str, last: str = "2026-04-20") -> Any:
    return MadeUp({asset: history([100.0] * 60, asset, last) for asset in assets})


def reads(monkeypatch: pytest.MonkeyPatch, *assets: str) -> None:
    """Let every report read these prices."""
    monkeypatch.setattr("generator.spec.studies.assets_read", lambda spec: assets)


def test_each_strange_asset_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {asset: (fault("jump", "2026-04-17", f"{asset} fell."),) for asset in ("SPY", "QQQ", "IWM")}
    source = cast(Any, SimpleNamespace(suspicions=SimpleNamespace(found=lambda: found)))
    monkeypatch.setattr(strange, "vanished", lambda root, source: ["DIA is gone"])
    monkeypatch.setattr(strange, "acknowledging", lambda root, source, asset, faults: f"ack {asset}")
    quoted = [
        f"precedent: warning: {asset} looks wrong: {asset} fell. If the market did it: ack {asset}"
        for asset in ("SPY", "QQQ", "IWM")
    ]
    gone = "precedent: warning: DIA is gone"
    strange.tell_strange(ROOT, source)
    assert capsys.readouterr().err.splitlines() == [*quoted, gone]
    strange.tell_strange(ROOT, source, [DataError("no prices"), StrangeError("it looks wrong", "QQQ")])
    assert capsys.readouterr().err.splitlines() == [quoted[0], quoted[2], gone]


def test_a_command_names_the_project_where_it_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "my letter"
    (root / "reports").mkdir(parents=True)
    (root / "letter.yml").write_text("name: x\n")
    monkeypatch.chdir(root / "reports")
    assert strange.project_option(root) == ""
    monkeypatch.chdir(tmp_path)
    assert strange.project_option(root) == f" --project '{root}'"
    assert strange.project_option(Path("my letter")) == " --project 'my letter'"
    monkeypatch.chdir(root)
    assert strange.project_option(Path()) == ""


@pytest.mark.parametrize(
    ("key", "option"),
    [
        ("all of the letter", ""),
        ("the class", " --source other:Prices"),
        ("yahoo", " --source yahoo"),
        ("files:../my prices", " --source 'files:{parent}/my prices'"),
        ("files:/data", " --source files:/data"),
    ],
)
def test_a_command_names_the_source_where_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, option: str
) -> None:
    letter = SimpleNamespace(sources=("yahoo", "away:Prices", "other:Prices"))

    def opened(root: Path, known: Letter | None, told: str | None = None) -> Any:
        if told == "away:Prices":
            raise SourceError("no such folder")
        keys = {None: "all of the letter" if known is letter else "usual", "other:Prices": "the class"}
        return SimpleNamespace(key=lambda root: keys[told])

    monkeypatch.setattr("generator.spec.letter.load_letter", lambda root: letter)
    monkeypatch.setattr("generator.spec.letter.source_of", opened)
    (tmp_path / "letter.yml").write_text("name: x\n")
    source = cast(Any, SimpleNamespace(key=lambda root: key))
    assert strange.source_option(tmp_path, source) == option.format(parent=tmp_path.parent)
    usual = cast(Any, SimpleNamespace(key=lambda root: "usual"))
    assert strange.source_option(tmp_path, usual) == " --source usual"
    # Where there is no letter, the usual source is the own one.
    (tmp_path / "letter.yml").unlink()
    assert strange.source_option(tmp_path, usual) == ""
    assert strange.source_option(tmp_path, source) != ""


def test_the_command_ends_with_the_day_of_the_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strange, "project_option", lambda root: "")
    monkeypatch.setattr(strange, "source_option", lambda root, source: " --source y")
    given = [fault("jump", "2026-04-17")]
    told = strange.acknowledging(ROOT, cast(Any, None), "SPY", given, AS_OF)
    assert told == 'precedent data ack SPY 2026-04-17 --as-of 2026-04-20 --source y --reason "…"'


@pytest.mark.parametrize(("vetted", "simulated"), [(True, False), (False, True), (True, True)])
def test_what_was_read_is_kept_of_files_alone(
    vetted: bool, simulated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[list[str]] = []
    monkeypatch.setattr(
        strange, "accept", lambda root, source, histories, today: kept.append([h.asset for h in histories])
    )
    reads(monkeypatch, "SPY", "BAD", "QQQ")
    source = source_of("SPY", "QQQ")
    strange.accept_read(ROOT, source, [spec_of(), spec_of()])
    assert kept == [["SPY", "QQQ"]]  # each once, and not what cannot be had
    source.vetted, source.simulated = vetted, simulated
    strange.accept_read(ROOT, source, [spec_of()])
    assert len(kept) == 1


def test_a_page_tells_of_which_day_its_prices_are_and_what_looks_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads(monkeypatch, "SPY", "QQQ")
    untils: list[date | None] = []

    def found(root: Path, spec: Any, source: Any, last: date | None) -> Any:
        untils.append(last)
        return {"QQQ": (fault("jump", "2026-04-17", "It fell on 2026-04-17."),)}

    monkeypatch.setattr(strange, "_strange", found)
    source = source_of("QQQ")
    spy = history([100.0 + n for n in range(60)], "SPY", "2026-04-17")
    source.known["SPY"] = replace(spy, retrieved=date(2026, 4, 19))
    source.held = {"SPY": "held"}
    told = (
        "Newer prices of the S&P 500 fund look wrong and are held back. This page goes by those of "
        "Apr 19, 2026, which end on Apr 17, 2026.",
        "Some prices of QQQ look wrong. It fell on Apr 17, 2026.",
    )
    assert strange.notices(ROOT, spec_of(SPY="S&P 500 fund"), source) == told
    assert strange.notices(ROOT, spec_of("2026-04-18"), source)[1:] == told[1:]
    assert strange.notices(ROOT, spec_of("2026-04-18"), source, AS_OF)[1:] == told[1:]
    assert strange.notices(ROOT, spec_of("2026-04-16"), source) == told[1:]
    assert untils == [None, date(2026, 4, 18), AS_OF, date(2026, 4, 16)]


def test_prices_are_looked_at_up_to_the_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    reads(monkeypatch, "SPY", "BAD", "QQQ")
    seen: list[Any] = []
    monkeypatch.setattr(
        strange,
        "suspicious",
        lambda root, source, histories, until: seen.append(([h.asset for h in histories], until)),
    )
    strange._strange(ROOT, spec_of(), source_of("SPY", "QQQ"), AS_OF)
    strange._strange(ROOT, spec_of(), source_of("SPY", "QQQ"), None)
    assert seen == [(["SPY", "QQQ"], np.datetime64("2026-04-20")), (["SPY", "QQQ"], None)]


JUMP, OLD = fault("jump", "2026-03-17"), fault("stale", "2019-01-07", "It stood.")
RECENT = fault("stale", "2026-04-16", "It stood still.")
REST = "Correct them; or, if the market did it: the command"


@pytest.mark.parametrize(
    ("found", "scanned", "message", "faults"),
    [
        ({}, [], "", []),
        ({"SPY": (OLD,)}, [], "", []),
        (
            {"SPY": (JUMP,)},
            [],
            f"prices of SPY look wrong, and the series breaks there. It fell. {REST}",
            [JUMP, JUMP],
        ),
        (
            {"SPY": (OLD, RECENT), "QQQ": (JUMP,)},
            [],
            f"prices of SPY look wrong, and the fault is in the last year. It stood still. {REST} 1 more "
            "such fault will be named then.",
            [RECENT, OLD, RECENT],
        ),
        (
            {"SPY": (JUMP,), "QQQ": (JUMP,)},
            [("IWM", RECENT)],
            f"prices of SPY look wrong, and the series breaks there. It fell. {REST} 2 more such faults will "
            "be named then.",
            [JUMP, JUMP],
        ),
        (
            {"SPY": (OLD,)},
            [("IWM", RECENT)],
            f"prices of IWM look wrong, and the asset is in the week's scan. It stood still. {REST}",
            [RECENT],
        ),
        (
            {"QQQ": (OLD,)},
            [],
            f"prices of QQQ look wrong, and the fault is in a case of the report. It stood. {REST}",
            [OLD, OLD],
        ),
    ],
)
def test_the_first_fault_that_holds_an_issue_back_is_told_and_the_rest_counted(
    found: dict[str, tuple[Fault, ...]],
    scanned: list[tuple[str, Fault]],
    message: str,
    faults: list[Fault],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows = {"QQQ": [(np.datetime64("2019-01-01"), np.datetime64("2019-02-01"))]}
    commands: list[Any] = []

    def command(root: Path, source: Any, asset: str, given: Sequence[Fault], until: date | None) -> str:
        commands.append((list(given), until))
        return "the command"

    monkeypatch.setattr(
        strange, "_strange", lambda root, spec, source, last: found if last == AS_OF else None
    )
    monkeypatch.setattr(strange, "_windows", lambda *_: windows)
    monkeypatch.setattr(strange, "_scanned", lambda *_: iter(scanned))
    monkeypatch.setattr(strange, "acknowledging", command)
    for last, until in (("2026-04-20", None), ("2026-04-21", AS_OF)):
        given = source_of("SPY", "QQQ", "IWM", last=last)
        if not message:
            strange.refuse_strange_prices(ROOT, spec_of(), AS_OF, given)
            continue
        with pytest.raises(StrangeError) as refused:
            strange.refuse_strange_prices(ROOT, spec_of(), AS_OF, given)
        assert str(refused.value) == message
        assert refused.value.asset == message.split()[2]
        assert commands.pop() == (faults, until)


@pytest.mark.parametrize("kind", ["vanished", "rewritten", "columns"])
def test_a_past_that_was_rewritten_holds_an_issue_back_wherever_it_is(kind: Kind) -> None:
    told = strange._why_not(fault(kind, "1999-01-04"), [], AS_OF)
    assert told == "their past is not what it was at the last report"


def test_one_window_of_many_is_enough() -> None:
    windows = [
        (np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-03-01")) for year in (2018, 2019, 2020)
    ]
    assert strange._why_not(OLD, windows, AS_OF) == "the fault is in a case of the report"
    assert strange._why_not(OLD, windows[::2], AS_OF) == ""


def study_of(*assets: str, bars: str = "weekly", horizons: Sequence[int] = (2, 4)) -> Any:
    return SimpleNamespace(
        assets=assets, bars=bars, horizons=[SimpleNamespace(bars=each) for each in horizons]
    )


def test_the_stretches_of_the_cases_of_strange_assets(monkeypatch: pytest.MonkeyPatch) -> None:
    studies = {"a": study_of("SPY", "QQQ"), "b": study_of("IWM"), "c": study_of("QQQ", horizons=())}
    episodes = {("SPY", "QQQ"): ["2026-01-05", "2026-02-02"], ("QQQ",): ["2025-01-06"]}

    def prepare(study: Any, histories: dict[str, Any], as_of: date) -> Any:
        assert list(histories) == list(study.assets)
        assert as_of == AS_OF
        return study.assets

    monkeypatch.setattr("generator.spec.studies.build_studies", lambda spec: studies)
    monkeypatch.setattr("generator.study.prepare.prepare", prepare)
    monkeypatch.setattr(
        "generator.study.prepare.find_episodes",
        lambda assets: [SimpleNamespace(date=date.fromisoformat(day)) for day in episodes[assets]],
    )

    def told(*found: str) -> dict[str, list[tuple[str, str]]]:
        faults = dict.fromkeys(found, (OLD,))
        windows = strange._windows(spec_of(), source_of("SPY", "QQQ", "IWM"), faults, AS_OF)
        return {asset: [(str(a), str(b)) for a, b in each] for asset, each in windows.items()}

    # Two weeks before the signal to five after it; of no horizon, to two after it: weeks of eight days.
    first = [("2025-12-20", "2026-02-14"), ("2026-01-17", "2026-03-14")]
    assert told("SPY") == {"SPY": first}
    assert told("QQQ") == {"QQQ": [*first, ("2024-12-21", "2025-01-22")]}
    assert told("DIA") == {}
    monkeypatch.setattr("generator.spec.studies.build_studies", lambda spec: {"a": study_of("SPY")})
    monkeypatch.setattr("generator.study.prepare.prepare", lambda *_: pytest.fail("nothing is strange"))
    assert told() == {}
    assert told("QQQ") == {}


def scanning(
    monkeypatch: pytest.MonkeyPatch, found: dict[str, tuple[Fault, ...]], scan: Callable[[], Any]
) -> list[tuple[str, Fault]]:
    """The faults of what was only scanned: SPY is read as well."""
    looked_at: list[str] = []

    def inspected(source: Any, root: Path) -> Any:
        def histories(assets: Sequence[str]) -> Iterator[str]:
            for asset in assets:
                looked_at.append(asset)
                yield asset

        known = {asset: faults for asset, faults in found.items() if not asset.startswith("NOT")}
        return SimpleNamespace(
            histories=histories,
            suspicions=SimpleNamespace(found=lambda: {a: known[a] for a in looked_at if a in known}),
        )

    reads(monkeypatch, "SPY")
    monkeypatch.setattr(strange, "scanned_assets", lambda spec: ("XLK", "SPY", "IWM", "QQQ", "XLE"))
    monkeypatch.setattr(strange, "Inspected", inspected)
    monkeypatch.setattr(strange, "scan_of", lambda spec, source, as_of: scan())
    told = list(strange._scanned(ROOT, spec_of(), AS_OF, cast(Any, None)))
    assert looked_at == ["IWM", "QQQ", "XLE", "XLK"]
    return told


def events(*each: Sequence[str]) -> Any:
    """A scan whose events are these assets' signals."""
    firing = [[SimpleNamespace(firing=SimpleNamespace(asset=asset)) for asset in assets] for assets in each]
    return SimpleNamespace(events=[SimpleNamespace(findings=findings) for findings in firing])


def test_of_what_was_only_scanned_the_faults_of_what_fired_count(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"IWM": (OLD,), "QQQ": (OLD, RECENT), "SPY": (JUMP,), "XLK": (JUMP, RECENT), "XLE": (JUMP,)}
    told = scanning(monkeypatch, found, lambda: events(["XLK", "IWM"], ["QQQ", "XLK", "DIA"]))
    assert told == [("QQQ", RECENT), ("XLK", JUMP), ("XLK", RECENT)]
    assert scanning(monkeypatch, found, lambda: None) == []
    # The scan is taken only where something is strange in it.
    assert scanning(monkeypatch, {"IWM": (OLD,)}, lambda: pytest.fail("not needed")) == []
    # Nothing is looked at where every asset is read as well.
    monkeypatch.setattr(strange, "scanned_assets", lambda spec: ("SPY",))
    monkeypatch.setattr(strange, "Inspected", lambda *_: pytest.fail("not needed"))
    assert list(strange._scanned(ROOT, spec_of(), AS_OF, cast(Any, None))) == []
