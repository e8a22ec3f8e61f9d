"""Strange prices are told, and not published unread: each rule from the file to the person's word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from generator.check.reading import load_specs
from generator.core.errors import StrangeError
from generator.language.numbers import with_days
from generator.market.history import PriceHistory
from generator.market.providers.files import FilesSource
from generator.market.quality.accepted import load_accepted
from generator.market.quality.market import MarketDays
from generator.market.quality.suspicions import accept, suspicious, vanished
from generator.market.snapshot import Fault, Snapshot
from generator.run.strange import notices, refuse_strange_prices
from generator.spec.models import ReportSpec
from tests.market.test_faults import DAYS, history
from tests.running import project_with, refused, run, small_spec, write_spec

LAST = DAYS[-1].item()
ROW = 300
TODAY = date(2026, 1, 2)


def scaled(rows: slice, factor: float) -> PriceHistory:
    plain = history()
    columns = {name: plain.field(name).copy() for name in ("open", "high", "low", "close", "adjusted_close")}
    for column in columns.values():
        column[rows] *= factor
    return replace(plain, **columns)  # type: ignore[arg-type]


def with_column(name: str, rows: slice, value: float) -> PriceHistory:
    column = history().field(name).copy()  # type: ignore[arg-type]
    column[rows] *= value
    return replace(history(), **{name: column})  # type: ignore[arg-type]


def closes(rows: slice, values: object) -> PriceHistory:
    close = history().close.copy()
    close[rows] = values
    return PriceHistory("IWM", DAYS, close)


def kept(rows: object, days: object = DAYS) -> PriceHistory:
    return PriceHistory("IWM", days[rows], history().close[rows])  # type: ignore[index]


def saturday() -> PriceHistory:
    friday = next(row for row in range(ROW, len(DAYS)) if np.is_busday(DAYS[row], "0000100"))
    days = DAYS.copy()
    days[friday] += 1
    return kept(slice(None), days)


CASES: dict[str, Callable[[], PriceHistory]] = {
    "unit": lambda: scaled(slice(0, ROW), 100),
    "split": lambda: scaled(slice(0, ROW), 4),
    "jump": lambda: scaled(slice(0, ROW), 1.27),
    "spike": lambda: scaled(slice(ROW, ROW + 1), 1.5),
    "stale": lambda: closes(slice(ROW, ROW + 15), history().close[ROW]),
    "drawn": lambda: closes(slice(ROW, ROW + 30), np.linspace(100, 120, 30)),
    "missing-session": lambda: kept(np.delete(np.arange(len(DAYS)), np.arange(ROW, ROW + 40))),
    "not-a-session": saturday,
    "impossible-bar": lambda: with_column("high", slice(ROW, ROW + 1), 0.9),
    "adjusted": lambda: with_column("adjusted_close", slice(0, ROW), 1.02),
    "column": lambda: with_column("volume", slice(-1, None), 1e4),
}
"""A file for each kind of fault that a file by itself can have."""


def write(history: PriceHistory, folder: Path) -> None:
    names = {"Open": "open", "High": "high", "Low": "low", "Close": "close", "Adj Close": "adjusted_close"}
    columns = {"Date": history.sessions.astype(str)}
    for name, field in (*names.items(), ("Volume", "volume")):
        if getattr(history, field) is not None:
            columns[name] = np.array([repr(float(value)) for value in getattr(history, field)])
    folder.mkdir(exist_ok=True)
    rows = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    (folder / f"{history.asset}.csv").write_text("\n".join(rows) + "\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    day = LAST.isoformat()
    return project_with(tmp_path / "letter", one=small_spec("roc(close, 1) > 1", date=day, as_of=day))


def read(project: Path) -> tuple[ReportSpec, FilesSource]:
    (spec,) = load_specs(project, ["one"])
    return spec, FilesSource(project / "mine")


def refusal(project: Path) -> str:
    spec, source = read(project)
    with pytest.raises(StrangeError) as refused:
        refuse_strange_prices(project, spec, LAST, source)
    assert refused.value.exit_code == 5
    return str(refused.value)


@pytest.mark.parametrize("kind", CASES)
def test_each_rule_is_told_and_waits_for_a_word(project: Path, kind: str) -> None:
    write(CASES[kind](), project / "mine")
    source = ["--source", f"files:{project / 'mine'}"]
    question = ["study", "--asset", "IWM", "--when", "roc(close, 1) > 1", *source]
    studied = run(*question, project=project)
    assert studied.exit_code == 0, studied.output
    warned = [line for line in studied.stderr.splitlines() if "warning: IWM looks wrong: " in line]
    assert len(warned) == 1

    (fault, *rest) = suspicious(project, read(project)[1], [read(project)[1].history("IWM")])["IWM"]
    assert kind in {fault.kind, *(each.kind for each in rest)}
    assert fault.sentence in warned[0]
    told = notices(project, *read(project))
    # The study looks at closes alone, so no figure of the page hangs on a volume.
    assert any(with_days(fault.sentence) in notice for notice in told) == (kind != "column")
    assert not any(re.search(r"\d{4}-\d\d-\d\d", notice) for notice in told)
    assert " data ack IWM " in refusal(project).split("Correct them; or, if the market did it: precedent")[1]

    for each in (fault, *rest):
        word = ["data", "ack", "IWM", str(each.session), "--kind", each.kind, "--reason", "It was so."]
        run(*word, *source, project=project)
    refuse_strange_prices(project, read(project)[0], LAST, read(project)[1])
    assert notices(project, *read(project)) == ()
    assert "looks wrong" not in run(*question, project=project).stderr
    # A word is about one source.
    write(CASES[kind](), project / "other")
    assert suspicious(project, FilesSource(project / "other"), [CASES[kind]()]) != {}


def test_publish_ends_with_5_until_somebody_has_looked(project: Path) -> None:
    write(CASES["spike"](), project / "mine")
    source = ["--source", f"files:{project / 'mine'}"]
    message = refused(run("publish", "one", *source, project=project), 5)
    assert message.count(f"data ack IWM {DAYS[ROW + 1]} --source") == 1  # not in a warning as well
    assert not (project / "reports" / "one" / "v1").exists()
    word = ["data", "ack", "IWM", str(DAYS[ROW + 1]), "--reason", "It was so.", *source]
    assert run(*word, project=project).exit_code == 0
    published = run("publish", "one", *source, project=project)
    assert published.exit_code == 0, published.output
    assert "IWM" in load_accepted(project, "files:mine")


@pytest.mark.parametrize("asset", ["IWM", "^RUT", "SPX Index"])
@pytest.mark.parametrize("own", [False, True])
def test_the_command_that_a_message_gives_works_as_it_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch, asset: str, own: bool
) -> None:
    folder = project / "my prices"
    bad = scaled(slice(0, ROW), 4)
    high = bad.high.copy()  # type: ignore[union-attr]
    high[ROW] *= 0.9  # a second fault of that day
    write(replace(bad, high=high, asset=asset), folder)
    write_spec(project, "one", small_spec(asset=asset, date=LAST.isoformat(), as_of=LAST.isoformat()))
    source = [] if own else ["--source", f"files:{folder}"]
    if own:
        letter = project / "letter.yml"
        letter.write_text(letter.read_text().replace("source: yahoo", "source: files:my prices"))
        monkeypatch.chdir(project)
    else:
        monkeypatch.chdir(project.parent)
    spec, read_from = load_specs(project, ["one"])[0], FilesSource(folder)
    with pytest.raises(StrangeError) as refused:
        refuse_strange_prices(project, spec, LAST, read_from)
    question = ["study", "--asset", asset, "--when", "close > 1e6", *source]
    (line,) = [each for each in run(*question, project=project).stderr.splitlines() if "looks wrong" in each]
    for message in (str(refused.value), line):
        given = shlex.split(re.search(r"precedent .*data ack .* --reason \S+", message).group())[1:]  # type: ignore[union-attr]
        assert ("--project" in given, "--source" in given) == (not own, not own)
        assert given.count("--kind") == 2
        done = run(*given)
        assert done.exit_code == 0, done.output
        refuse_strange_prices(project, spec, LAST, read_from)
        (project / "acknowledged.yml").unlink()


def test_what_was_strange_only_then_is_acknowledged_as_of_then(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A volume is looked at while it is new: the file as it is now has no fault of an old one."""
    monkeypatch.chdir(project)
    write(with_column("volume", slice(ROW, ROW + 1), 1e4), project / "mine")
    then = DAYS[ROW].item()
    write_spec(project, "one", small_spec("close > 1e6", date=then.isoformat(), as_of=then.isoformat()))
    spec, source = read(project)
    assert suspicious(project, source, [source.history("IWM")]) == {}
    with pytest.raises(StrangeError) as refused:
        refuse_strange_prices(project, spec, then, source)
    given = shlex.split(re.search(r"precedent .*data ack .* --reason \S+", str(refused.value)).group())[1:]  # type: ignore[union-attr]
    assert given[given.index("--as-of") + 1] == str(then)
    without = [word for word in given if word not in ("--as-of", str(then))]
    assert run(*without[:3], str(then), *without[3:]).exit_code == 2
    done = run(*given)
    assert done.exit_code == 0, done.output
    refuse_strange_prices(project, spec, then, source)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("roc(close, 1) > 1", False),
        ("roc(high, 1) > 1", True),
        ("close > 0 and gap() > 0.5", True),
        ("sma(close, 5) > 0 or volume > 1", True),
    ],
)
def test_a_high_is_told_of_where_a_study_looks_at_more_than_closes(
    project: Path, when: str, told: bool
) -> None:
    write(with_column("high", slice(-1, None), 1.6), project / "mine")
    spec_file = project / "reports" / "one" / "report.yml"
    spec_file.write_text(spec_file.read_text().replace("roc(close, 1) > 1", when))
    spec, source = read(project)
    assert [fault.kind for fault in suspicious(project, source, [source.history("IWM")])["IWM"]] == ["column"]
    said = [notice for notice in notices(project, spec, source) if "The high of" in notice]
    assert bool(said) == told


def test_a_fault_on_which_no_figure_hangs_is_told_and_published(project: Path) -> None:
    # Two years and a half before the end, and no case of the study near it.
    close = history().close.copy()
    close[40] *= 1.3
    write(PriceHistory("IWM", DAYS, close), project / "mine")
    (project / "reports" / "one" / "report.yml").write_text(
        (project / "reports" / "one" / "report.yml").read_text().replace("roc(close, 1) > 1", "close > 1e6")
    )
    spec, source = read(project)
    assert "look wrong" in notices(project, spec, source)[0]
    refuse_strange_prices(project, spec, LAST, source)


def test_a_past_that_is_another_than_at_the_last_report(project: Path) -> None:
    write(history(), project / "mine")
    spec, source = read(project)
    accept(project, source, [source.history("IWM")], TODAY)
    refuse_strange_prices(project, spec, LAST, source)
    assert notices(project, spec, source) == ()

    revised = closes(slice(0, 200), history().close[:200] * 1.03)
    write(revised, project / "mine")
    assert "their past is not what it was at the last report" in refusal(project)
    spec, source = read(project)
    found = suspicious(project, source, [source.history("IWM")])["IWM"]
    accept(project, source, [source.history("IWM")], TODAY)  # not without a word
    assert suspicious(project, source, [source.history("IWM")])["IWM"] == found
    for fault in found:
        word = ["data", "ack", "IWM", str(fault.session), "--kind", fault.kind, "--reason", "Restated."]
        run(*word, "--source", f"files:{project / 'mine'}", project=project)
    refuse_strange_prices(project, *(spec, LAST, source))

    shorter = PriceHistory("IWM", DAYS[100:], revised.close[100:])
    write(shorter, project / "mine")
    assert "2024 has 152 sessions and had 252" in refusal(project)
    (project / "mine" / "IWM.csv").rename(project / "mine" / "IWMX.csv")
    (line,) = vanished(project, FilesSource(project / "mine"))
    assert line.startswith("IWM is gone")


def test_a_move_that_much_of_the_market_shares() -> None:
    days = MarketDays()
    fault = Fault("jump", DAYS[ROW], "It fell.", move=-0.2)
    for seed in range(10):
        each = history(seed)
        each.close[ROW:] *= 0.8 if seed < 5 else 1
        days.add(Snapshot(each))
    assert days.shared(fault)
    assert not days.shared(replace(fault, session=DAYS[ROW + 1]))
    assert not days.shared(replace(fault, kind="unit", move=-4.6))
    alone = MarketDays()
    alone.add(Snapshot(history()))
    assert not alone.shared(fault)
