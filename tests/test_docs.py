"""The documentation tells of everything there is, of nothing that is not, and shows what really prints."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from generator.article.fact_kinds import HORIZON_FACTS, MARKET_FACTS, STUDY_FACTS, FactKind
from generator.article.prose import FILTERS
from generator.check.old_articles import ArticleHeader
from generator.check.reading import load_spec, new_spec
from generator.cli.main import main
from generator.cli.options import INTERRUPTED, NOBODY_READS
from generator.core.errors import PrecedentError
from generator.edition.card import Card, Drawing, PictureView
from generator.edition.values import Correction, Strip, StripCell
from generator.market.checks import ACTION_COLUMNS, PRICE_COLUMNS
from generator.market.providers.files import FilesSource
from generator.market.tables.tables import TICKER_COLUMNS
from generator.signals.library import load_library
from generator.signals.tree import number_text
from generator.signals.vocabulary import FUNCTIONS, ON_USAGE
from generator.spec.letter import Allowances, Letter
from generator.spec.models import SECTION_MODELS, ReportSpec, StudySpec
from generator.spec.own_looks import WrittenColours, WrittenFont, WrittenLooks
from generator.study import verdict
from generator.study.horizons import DEFAULTS
from tests.projects import copy_project

ROOT = Path(__file__).parent.parent
PAGES = {name: (ROOT / name).read_text() for name in ("README.md", "REFERENCE.md", "CONTRIBUTING.md")}
README, REFERENCE = PAGES["README.md"], PAGES["REFERENCE.md"]


def every_command(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its words: ``study``, ``data status``."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, f"{before}{name} ")
        else:
            yield before + name, command


COMMANDS = dict(every_command(main))
CODE = re.compile(r"`([^`]+)`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def prose(page: str) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page)


def section(heading: str, page: str = REFERENCE) -> str:
    """The text under a heading, up to the next heading of any level, without blocks of code."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", prose(page), re.MULTILINE | re.DOTALL)
    assert found, f"no heading '{heading}'"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without headings and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rule = [line.startswith("|---") for line in lines]
    heading = [*rule[1:], False]
    kept = [line for line, skip in zip(lines, map(max, rule, heading), strict=True) if not skip]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


def names(text: str) -> list[str]:
    """Everything that stands in code in the first column of the tables."""
    return [name for row in rows(text) for name in CODE.findall(row[0])]


def blocks(kind: str, page: str = README) -> list[str]:
    return [found[2] for found in FENCE.finditer(page) if found[1] == kind]


def typed(page: str) -> Iterator[str]:
    """Every command that a page shows: the lines of its shell blocks."""
    for block in blocks("sh", page):
        yield from (line for line in block.splitlines() if line)


# --- Nothing is left out, nothing is made up -------------------------------------------------------------


@pytest.mark.parametrize("name", ["precedent", *(f"precedent {name}" for name in COMMANDS)])
def test_every_option_of_every_command(name: str) -> None:
    command = COMMANDS[name.removeprefix("precedent ")] if " " in name else main
    options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
    arguments = {p.human_readable_name for p in command.params if isinstance(p, click.Argument)}
    # --help is added by Click and told once.
    top = {"-h", "--help"} if command is main else set()
    assert set(names(section(name))) == options | arguments | top


def test_every_command_has_its_place() -> None:
    assert set(re.findall(r"^### precedent (.+)", REFERENCE, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES)
def test_no_command_and_no_option_that_does_not_exist(page: str) -> None:
    code = "\n".join([*CODE.findall(prose(PAGES[page])), *typed(PAGES[page])])
    for command in re.findall(r"\bprecedent ([a-z]+)\b", code):
        assert command in main.commands, f"{page} names 'precedent {command}'"
    # "make calibrate" hands its ARGS to a programme of its own.
    for option in ("--histories 20", "--minutes 80"):
        code = code.replace(f'ARGS="{option}"', "")
    known = {o for c in (main, *COMMANDS.values()) for p in c.params for o in p.opts} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", code)) <= known


def test_every_make_target() -> None:
    there = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page, text in PAGES.items():
        code = "\n".join([*CODE.findall(prose(text)), *typed(text)])
        assert set(re.findall(r"(?:^|&& )make ([a-z]+)", code, re.MULTILINE)) <= there, page
    assert {"report", "test", "serve", "help"} <= {
        n.split()[-1] for n in names(section("What you need", README))
    }


def test_every_key_of_a_report_and_of_a_study() -> None:
    own = {"slug", "text", "excerpts", "files", "pictures", "code"}  # what the reader of the file adds
    assert set(names(section("Keys of a report"))) == set(ReportSpec.model_fields) - own
    assert set(names(section("Keys of a study"))) == set(StudySpec.model_fields)


@pytest.mark.parametrize(
    ("heading", "model", "own"),
    [
        ("Keys of a report", ReportSpec, {"slug", "text", "excerpts", "files", "pictures", "code"}),
        ("Keys of a study", StudySpec, set()),
        ("The letter", Letter, set()),
    ],
)
def test_a_key_is_called_needed_where_it_is(heading: str, model: Any, own: set[str]) -> None:
    needed = {CODE.findall(row[0])[0] for row in rows(section(heading)) if row[-1].endswith("needed")}
    assert needed == {n for n, f in model.model_fields.items() if f.is_required()} - own


def test_every_section_with_its_keys() -> None:
    table = {CODE.findall(row[0])[0]: row[1] for row in rows(section("Sections"))}
    assert set(table) == set(SECTION_MODELS)
    for kind, cell in table.items():
        fields = {n: f for n, f in SECTION_MODELS[kind].model_fields.items() if n != "kind"}
        assert set(CODE.findall(cell)) == set(fields), kind
        assert set(re.findall(r"\*\*`(\w+)`\*\*", cell)) == {n for n, f in fields.items() if f.is_required()}
        argument = SECTION_MODELS[kind].argument
        assert argument in (None, CODE.findall(cell)[0]), kind
    assert set(names(section("Write a report", README))) == set(SECTION_MODELS)


def test_every_key_of_the_letter() -> None:
    assert set(names(section("The letter"))) == set(Letter.model_fields)
    assert set(names(section("Looks"))) == {*WrittenLooks.model_fields, "colours", "fonts"}
    assert set(WrittenColours.model_fields) <= set(CODE.findall(section("Looks")))
    assert set(WrittenFont.model_fields) <= set(CODE.findall(section("Looks")))
    assert set(names(section("What pages may load"))) == set(Allowances.model_fields)
    assert set(names(section("Articles from elsewhere"))) == set(ArticleHeader.model_fields)


def test_every_function_of_the_language() -> None:
    usages = [function.usage for function in FUNCTIONS.values()] + [ON_USAGE]
    assert names(section("The condition language")) == usages


def test_no_function_that_does_not_exist() -> None:
    called = {
        "study",
        "market",
        "at",
        "change_since",
        "against",
        "parameter",
        *FILTERS,
        *("load", "scan", "to_dict", "plot"),
        *("draw", "colour"),
    }  # of templates, notebooks and charts, not of conditions
    for page in (README, REFERENCE):
        code = "\n".join([*CODE.findall(prose(page)), *typed(page)])
        assert set(re.findall(r"\b([a-z_]+)\(", code)) <= called | set(FUNCTIONS) | {"on"}


def test_every_signal_with_what_it_says() -> None:
    written = rows(section("The signal library"))
    assert [CODE.findall(row[0])[0] for row in written] == list(load_library())
    for (_, bars, cooldown, sentence, parameters), signal in zip(
        written, load_library().values(), strict=True
    ):
        assert sentence == signal.sentence
        assert (bars, cooldown) == (signal.bars, str(signal.cooldown))
        assert parameters == ", ".join(f"{k} {number_text(v)}" for k, v in signal.parameters.items())


def test_no_signal_that_does_not_exist() -> None:
    used = re.findall(r"(?:--signal|precedent signals|signal:) ([a-z0-9-]+)", README + REFERENCE)
    assert used
    assert set(used) <= set(load_library())


def test_every_exit_code() -> None:
    def codes(kind: type[PrecedentError]) -> Iterator[int]:
        yield kind.exit_code
        for child in kind.__subclasses__():
            yield from codes(child)

    for text in (section("Exit codes"), section("Every week", README)):
        assert {int(row[0]) for row in rows(text)} == {0, INTERRUPTED, NOBODY_READS, *codes(PrecedentError)}


def test_every_column_of_a_price_file() -> None:
    assert set(names(section("Price files"))) == {"Date", *PRICE_COLUMNS, *ACTION_COLUMNS, *TICKER_COLUMNS}


def test_the_rules_of_the_verdicts() -> None:
    too_few, ordinary, _, hard = (row[1] for row in rows(section("Verdicts")))
    assert re.findall(r"[\d.]+\d|\d", too_few) == [str(verdict.FEWEST_CASES), str(verdict.FEWEST_SEPARATE)]
    assert f"above {verdict.UNUSUAL:.2f}," in ordinary
    assert f"at most {verdict.HARD_AT_HEADLINE} at the headline" in hard
    assert f"at most {verdict.HARD_ELSEWHERE} at any other" in hard
    assert f"a typical p of at most {verdict.HARD_TYPICAL:.2f};" in hard
    assert [row[0].split(",")[-1].strip() for row in rows(section("Verdicts"))] == [
        phrase.split(",")[-1].strip()
        for key, phrase in verdict.PHRASES.items()
        if not key.startswith("worse")
    ]
    for key in verdict.PHRASES:
        assert f"`{key}`" in section("Verdicts")
    assert f"at least {verdict.MOST_NEIGHBOURS:.0%} of" in hard


def test_the_usual_horizons() -> None:
    assert {row[0]: tuple(CODE.findall(row[2])) for row in rows(section("Horizons"))} == DEFAULTS


FACTS = {
    "Facts of a study": STUDY_FACTS,
    "Facts at a horizon": HORIZON_FACTS,
    "Facts of an asset": MARKET_FACTS,
}


@pytest.mark.parametrize("heading", FACTS)
def test_every_fact_with_its_unit_and_its_meaning(heading: str) -> None:
    kinds: dict[str, FactKind[Any]] = dict(FACTS[heading])
    told = {CODE.findall(row[0])[0]: row[1:] for row in rows(section(heading)) if "(" not in row[0]}
    assert told == {name: [kind.unit, kind.meaning] for name, kind in kinds.items()}


def test_every_filter_with_what_it_takes() -> None:
    told = {CODE.findall(row[0])[0]: row[1] for row in rows(section("Filters"))}
    assert told == {name: each.unit or "any" for name, each in FILTERS.items()}


# --- What is shown is what prints ------------------------------------------------------------------------


def run(line: str, project: Path) -> Result:
    """Run a line of the documentation, on the sample market where it names no other."""
    words = shlex.split(line.split(">")[0] if line.startswith("precedent schema") else line)[1:]
    if words[0] in ("study", "report") and "--source" not in words:
        words += ["--source", "sample"]
    return CliRunner().invoke(main, ["--project", str(project), *words], catch_exceptions=False)


def test_every_command_that_the_readme_shows_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, ...]] = []
    # Making reports has tests of its own; here it is enough that the command can be read.
    monkeypatch.setattr(
        "generator.run.report.make_reports", lambda root, order, say: made.append(order.slugs)
    )
    project = copy_project(tmp_path / "letter", reports=False)
    monkeypatch.chdir(project)
    lines = [line for line in typed(README) if line.startswith("precedent ")]
    assert len(lines) > 10
    for line in lines:
        result = run(line, project)
        assert result.exit_code == 0, f"{line}\n{result.output}"
    assert all((project / "reports" / slug).is_dir() for slugs in made for slug in slugs)


def test_what_the_readme_shows_is_what_prints(tmp_path: Path) -> None:
    shown = list(re.finditer(r"```sh\n(precedent study [^\n]+)\n```\n\n```text\n(.*?)```", README, re.DOTALL))
    assert shown
    for command, text in (found.groups() for found in shown):
        printed = iter(line.rstrip() for line in run(command, tmp_path).stdout.splitlines())
        for line in (line.rstrip() for line in text.splitlines() if line and line != "…"):
            assert line in printed, f"not printed, or not in this order: {line}"


def test_the_json_is_as_told(tmp_path: Path) -> None:
    line = next(line for line in typed(README) if "--format json" in line)
    answer = json.loads(run(line, tmp_path).stdout)
    outer, rest = section("The JSON of a study").split("Each episode:")
    episode, weighed = rest.split("The robustness of a horizon;")
    assert names(outer) == list(answer)
    assert names(episode) == list(answer["episodes"][0])
    assert names(weighed) == list(answer["robustness"]["1M"])
    assert sorted(names(section("Statistics"))) == sorted(answer["summary"]["1M"])


def test_the_specs_shown_work(tmp_path: Path) -> None:
    spec, line = (block for block in blocks("yaml") if "title:" in block or "schema" in block)
    path = tmp_path / "reports" / "shown" / "report.yml"
    path.parent.mkdir(parents=True)
    path.write_text(line + spec)
    assert load_spec(path).slug == "shown"
    # The schema's address in it is that of the file which the README has the reader write.
    assert line.split("=")[1].strip() == "../../" + next(typed_schema()).split("> ")[1]


def typed_schema() -> Iterator[str]:
    return (line for line in typed(README) if line.startswith("precedent schema"))


def test_the_price_file_shown_is_read(tmp_path: Path) -> None:
    (block,) = blocks("csv")
    (tmp_path / "ABC.csv").write_text(block)
    assert FilesSource(tmp_path).history("ABC").close.tolist() == [102.5, 102.0]


def test_a_new_report_is_as_the_readme_says(tmp_path: Path) -> None:
    copy_project(tmp_path / "letter", reports=False)
    assert new_spec(tmp_path / "letter", "my-first-report").name == "report.yml"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if target.startswith(("http:", "https:")):
            continue
        file, _, anchor = target.partition("#")
        text = (ROOT / file).read_text() if file else PAGES[page]
        headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not anchor or anchor in anchors, f"{page}: {target}"


def test_every_object_of_an_edition_is_told_with_its_keys() -> None:
    part = REFERENCE.partition("| object | its keys |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", part, re.MULTILINE)
    told = {name: tuple(CODE.findall(keys)) for name, keys in rows}
    kinds: tuple[type[Any], ...] = (Card, Correction, Strip, StripCell, PictureView, Drawing)
    assert told == {kind.__name__: tuple(field.name for field in fields(kind)) for kind in kinds}


A_LETTERS_OWN = {
    "IWM.csv",
    "SPY.csv",
    "QQQ.csv",
    "DIA.csv",
    "MAGS.csv",
    "signals.yml",
    "accepted.txt",
    "mutants.json",
}
"""Files that the page for maintainers speaks of and the repository does not hold."""


def test_files_that_contributing_names_are_there() -> None:
    held = "\n".join(
        path.relative_to(ROOT).as_posix()
        for folder in ("generator", "precedent", "templates", "tests", "tools", "reports", ".github", ".ci")
        for path in (ROOT / folder).rglob("*")
    )
    held += "\n" + "\n".join(path.name for path in ROOT.iterdir())
    for named in CODE.findall(prose(PAGES["CONTRIBUTING.md"])):
        if not re.fullmatch(r"[\w./*<>-]+\.(py|yml|md|json|html|css|js|txt|csv|toml|lock)", named):
            continue
        like = re.sub(r"\\\*|<\w+>", "[^/]*", re.escape(named))
        assert named.split("/")[-1] in A_LETTERS_OWN or re.search(rf"^(.*/)?{like}$", held, re.MULTILINE), (
            named
        )


def test_constants_that_contributing_names_are_in_the_files_beside_them() -> None:
    modules = {path.relative_to(ROOT).as_posix(): path.read_text() for path in ROOT.glob("generator/**/*.py")}
    for row in rows(section("Where to change what", PAGES["CONTRIBUTING.md"])):
        named = CODE.findall(row[-1])
        texts = [text for path, text in modules.items() if path.endswith(tuple(f"/{n}" for n in named))]
        for constant in (name for name in named if re.fullmatch(r"[A-Z][A-Z_]+", name)):
            given = re.compile(rf"^(?:[A-Z_]+, )*{constant}\b[^=\n]*=", re.MULTILINE)
            assert any(given.search(text) for text in texts), constant


def test_words_that_contributing_says_to_change_are_in_the_template_it_names() -> None:
    said = re.search(r"In `(\w+\.md)`, say, reword\s+\"([^\"]+)\"", PAGES["CONTRIBUTING.md"])
    assert said is not None
    assert said[2] in (ROOT / "templates/report" / said[1]).read_text()
