"""``precedent doctor`` and ``template``: what a letter learns of itself, and of an upgrade under it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.run.doctor import examine
from generator.run.init import Beginning, init
from generator.site import originals, templating
from generator.site.policy import policy
from generator.spec.letter import Allowances, Letter
from generator.spec.signals import SignalEntry, load_signals
from tests.press.test_policy import META, PAGE
from tests.running import refused, run
from tests.test_report_runs import prices

NOW = datetime(2024, 3, 22, 2, tzinfo=UTC)
"""The night after the last session of the prices of these tests."""


@pytest.fixture(autouse=True)
def _nobodys_templates() -> Iterator[None]:
    yield
    templating.use_templates(Path("/nowhere"))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    root = tmp_path / "letter"
    init(root, Beginning("Mine", base_url="https://mine.example"))
    (root / "watchlist.yml").write_text("benchmark: IWM\ngroups:\n  All:\n    IWM: Russell 2000\n")
    prices(root / "mine")
    settings = (root / "letter.yml").read_text().replace("source: yahoo", "source: files:mine")
    (root / "letter.yml").write_text(settings + "\nsubscribe: https://mine.example/join\n")
    return root


def to_do(root: Path, now: datetime = NOW) -> list[str]:
    templating.use_templates(root)
    return [f"{found.subject}: {found.said}" for found in examine(root, None, None, now) if found.to_do]


def test_a_letter_in_order_has_nothing_to_do(letter: Path) -> None:
    assert to_do(letter) == []
    answer = run("doctor", project=letter)
    # Its prices are old by today's clock, and nothing else.
    assert answer.exit_code == 5
    assert answer.output.count("TO DO") == 1
    assert answer.output.rstrip().endswith("1 to do.")
    assert "TO DO  prices: files: IWM ends on 2024-03-21" in answer.output


def test_it_tells_of_files_addresses_prices_and_mail(letter: Path) -> None:
    text = (letter / "letter.yml").read_text()
    lines = [
        each for each in text.splitlines() if not each.startswith(("id:", "base_url:", "sub", "sender:"))
    ]
    (letter / "letter.yml").write_text("\n".join(lines) + "\nsender: me@mine.example\n")
    (letter / "signals.yml").write_text("- name: x\n")
    told = to_do(letter)
    for start in (
        "files: signals.yml:1: ",
        "address: no base_url",
        "address: no id",
        "mail: letter.yml: postal_address: sending needs it",
        "mail: letter.yml: list_id: sending needs it",
    ):
        assert any(each.startswith(start) for each in told), (start, told)
    later = to_do(letter, datetime(2024, 3, 29, 2, tzinfo=UTC))
    assert any("IWM ends on 2024-03-21, and the session of 2024-03-28 has closed since" in t for t in later)
    (letter / "mine" / "IWM.csv").unlink()
    assert any(each.startswith("prices: ") for each in to_do(letter))


def test_it_tells_what_the_policy_of_the_built_site_blocks(letter: Path) -> None:
    frame = '<iframe src="https://talk.example/1"></iframe>'
    (letter / "site").mkdir()
    for name in ("index.html", "404.html"):
        page = PAGE.format(META.format(policy(Allowances())), frame)
        (letter / "site" / name).write_text(page)
    (told,) = to_do(letter)
    assert "the policy blocks https://talk.example/1" in told
    assert "under allow: frames:" in told


def test_a_template_is_copied_once_and_an_upgrade_under_it_is_told(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = tmp_path / "engine"
    (engine / "report").mkdir(parents=True)
    (engine / "report/method.md").write_text("the engine's")
    for module in (templating, originals):
        monkeypatch.setattr(module, "TEMPLATES", engine)
    copied = run("template", "report/method.md", project=letter)
    assert copied.output == "wrote templates/report/method.md\n"
    own = letter / "templates/report/method.md"
    assert own.read_text() == "the engine's"
    own.write_text("mine")
    assert "report/method.md  (your own)" in run("template", project=letter).output
    assert "is there already" in refused(run("template", "report/method.md", project=letter), 2)
    unknown = refused(run("template", "report/methods.md", project=letter), 2)
    assert "Did you mean 'report/method.md'" in unknown
    assert to_do(letter) == []
    (engine / "report/method.md").write_text("a better one")
    (told,) = to_do(letter)
    assert "report/method.md: the engine's has changed since it was copied" in told
    assert f"diff templates/report/method.md {engine}/report/method.md" in told
    assert run("template", "report/method.md", "--keep", project=letter).exit_code == 0
    assert own.read_text() == "mine"
    assert to_do(letter) == []
    (letter / "templates/.originals").unlink()
    (told,) = to_do(letter)
    assert "it is not known which it was copied from" in told


def test_a_file_in_a_place_that_the_engine_keeps_empty_is_nothing_to_do(letter: Path) -> None:
    own = letter / "templates/theme/partials/head.html"
    own.parent.mkdir(parents=True)
    own.write_text('<meta name="mine" content="yes">\n')
    assert to_do(letter) == []
    (letter / "templates/theme/main.html").write_text("mine")
    (told,) = to_do(letter)
    assert "theme/main.html: it is not known which it was copied from" in told


def test_the_engine_s_own_templates_are_not_copied_onto_themselves() -> None:
    root = templating.TEMPLATES.parent
    before = (templating.TEMPLATES / "report/method.md").read_bytes()
    assert "the engine's own file" in refused(run("template", "report/method.md", project=root), 2)
    assert (templating.TEMPLATES / "report/method.md").read_bytes() == before


def test_a_new_letter_has_a_signal_of_its_own_that_works(letter: Path) -> None:
    (signal,) = load_signals(letter)
    assert signal.condition == "roc(close, 5) <= -5"
    answer = run("study", "--asset", "IWM", "--signal", signal.name, project=letter)
    assert answer.exit_code == 0, answer.output
    assert "IWM: five-day-slide" in answer.output


def test_the_schemas_of_letter_and_signals_know_their_keys() -> None:
    letter = json.loads(run("schema", "letter").output)
    assert letter["properties"].keys() == Letter.model_fields.keys()
    assert letter["properties"]["looks"]["properties"]["colours"]["properties"]["dark"]["properties"]["ink"]
    assert set(letter["required"]) == {n for n, field in Letter.model_fields.items() if field.is_required()}
    signals = json.loads(run("schema", "signals").output)["items"]
    assert signals["properties"].keys() == {*SignalEntry.model_fields, "kind"}
    assert "kind" in signals["required"]
