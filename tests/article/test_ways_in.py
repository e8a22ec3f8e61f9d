"""What CONTRIBUTING says that a change takes, done in a copy of the program: those files, and no other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLUG = "2026-04-21-small-caps-ten-percent-month"
WRITE = """
import sys
from pathlib import Path
from generator.article.article import write_article
from generator.spec.letter import load_letter
from generator.check.reading import load_spec
from generator.market.providers.registry import open_source
from generator.run.report import make_edition
root = Path.cwd()
spec = load_spec(root / "reports" / sys.argv[1] / "report.yml")
edition = make_edition(spec, load_letter(root), open_source("sample", root))
article = write_article(edition, "No advice.")
print(article.text)
print("CHARTS:", *article.pictures)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program, its templates and the April report, to be changed at will."""
    kept = shutil.ignore_patterns("__pycache__")
    for name in ("generator", "templates", "precedent", f"reports/{SLUG}"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=kept)
    shutil.copy(ROOT / "letter.yml", tmp_path)
    return tmp_path


def change(copy: Path, file: str, *pairs: tuple[str, str]) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, (file, old)
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def article(copy: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WRITE, SLUG],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_section_is_reworded_and_put_in_another_order_in_its_template(copy: Path) -> None:
    change(
        copy,
        "templates/report/best_cases.md",
        (
            "Ranked by the return after {{ after }}.",
            "These paid best within {{ after }}.",
        ),
        ("{{ case.note }}\n\n{{ case.story }}", "{{ case.story }}\n\n{{ case.note }}"),
    )
    change(
        copy,
        "templates/report/study.md",
        ("{{ told_signal }}\n", ""),
        ("{{ will_it_hold }}", "{{ will_it_hold }}\n\n{{ told_signal }}"),
    )
    text = article(copy)
    assert "These paid best within 12 months." in text
    best = text.partition("\n## The best cases")[2].partition("\n## ")[0]
    assert best.index("IWM rose 13.9% that month.") < best.index("The Fed had cut rates")
    assert text.index("| Apr 2003") < text.index("The signal, on month-end closes of IWM")


def test_a_column_is_an_entry_in_the_list_of_columns(copy: Path) -> None:
    change(
        copy,
        "generator/findings/tables.py",
        (
            "    (_trigger_column, _trigger_cell),\n",
            "    (_trigger_column, _trigger_cell),\n"
            '    (lambda _: Column("weekday", "Weekday", "text"), lambda _, e: Cell(f"{e.date:%A}")),\n',
        ),
    )
    pending = '    "pending": Statistic("", "pending", "count", lambda s: s.pending, "n"),\n'
    complete = '    "complete": Statistic("", "", "count", lambda s: s.n - s.pending),\n'
    change(copy, "generator/study/statistic.py", (pending, pending + complete))
    change(
        copy,
        "generator/language/words.yml",
        ("  pending: Pending\n", "  pending: Pending\n  complete: Complete\n"),
    )
    text = article(copy)
    (april,) = [
        line
        for line in text.splitlines()
        if line.startswith("| Apr 2003") and "Dot-com" in line and "32.87" in line
    ]
    assert "Wednesday" in april
    assert "| Complete " in text


def test_a_kind_of_section_with_a_chart_of_its_own_takes_a_model_facts_and_a_template(copy: Path) -> None:
    change(
        copy,
        "generator/spec/models.py",
        (
            "class ConclusionSection(SectionPart):",
            "class RecordSection(SectionPart):\n"
            '    """Where an asset stands below its record."""\n\n'
            '    argument: ClassVar[str | None] = "asset"\n'
            '    kind: Literal["record"] = "record"\n'
            "    asset: Ticker\n"
            "    heading: Heading = None\n\n\n"
            "class ConclusionSection(SectionPart):",
        ),
        ("    | ConclusionSection\n", "    | RecordSection\n    | ConclusionSection\n"),
    )
    change(
        copy,
        "generator/article/sections.py",
        (
            "    ProseSection,\n    SeasonalitySection,",
            "    ProseSection,\n    RecordSection,\n    SeasonalitySection,",
        ),
        (
            "def _conclusion(report",
            "def _record(report: Report, spec: RecordSection, key: str) -> Values:\n"
            "    history = report.histories[spec.asset]\n"
            "    day = history.sessions[-250].item()\n"
            "    chart = pictures.performance_picture(\n"
            "        {spec.asset: history}, day, report.spec.assets, spec.asset,\n"
            '        f"{key}-chart", report.source_line\n'
            "    )\n"
            "    record = market_facts.record(history)\n"
            "    distance = numbers.size(record.distance)\n"
            '    return {"asset": spec.asset, "distance": distance, "chart_of_it": chart}\n\n\n'
            "def _conclusion(report",
        ),
        (
            "    ConclusionSection: _conclusion,\n",
            "    RecordSection: _record,\n    ConclusionSection: _conclusion,\n",
        ),
    )
    (copy / "templates/report/record.md").write_text(
        '{% from "report/parts.md" import chart with context %}\n'
        '## {{ heading or "Below the record" }} {: #{{ key }} }\n\n'
        "{{ asset }} stands {{ distance }} below its record.\n\n"
        "{{ chart(chart_of_it) }}\n"
    )
    change(copy, f"reports/{SLUG}/report.yml", ("  - conclusion:\n", "  - record: SPY\n\n  - conclusion:\n"))
    text = article(copy)
    assert "## Below the record {: #record }" in text
    assert "below its record." in text
    assert "![Lines rebased to zero." in text.partition("## Below the record")[2].partition("\n## ")[0]
    assert "record-chart" in text.partition("CHARTS:")[2]
