"""``precedent publish --correct``: a new version, and the old one stays."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.publish.letter import (
    ISSUE,
    LAST,
    OTHER,
    article,
    frozen,
    publish,
    unpublished,
    verify,
)
from tests.running import page, run, write_spec


def test_a_correction_is_a_new_version_and_the_old_one_stays(project: Path) -> None:
    letter = (project / "letter.yml").read_text()
    (project / "letter.yml").write_text(letter.replace("base_url:", "base_url: https://example.org/a"))
    before, words = frozen(project), article(project, "one")
    write_spec(project, "one", {**ISSUE, "title": "What was meant"})
    assert "--correct" in unpublished(project, 2, "one")
    publish(project, "one", "--correct", "The title was <wrong>.")
    after = frozen(project)
    assert {name: after[name] for name in before} == before
    note = "The title was &lt;wrong&gt;."
    assert note in article(project, "one")
    assert "What was meant" in article(project, "one")
    assert article(project, "one", "v1") == words.replace('="../', '="../../')
    old = page(project, "one/v1")
    assert "This version of the issue was corrected on" in old
    assert 'href="../index.html"' in old
    assert 'content="noindex"' in old
    assert (project / "site" / "issues" / "one" / "v1" / "lead.svg").exists()
    place = project / "site" / "issues" / "one"
    assert "The title was <wrong>." in " ".join((place / "email.txt").read_text().split())
    assert note in (place / "email.html").read_text()
    feed = (project / "site" / "feed.xml").read_text()
    assert "&amp;lt;wrong&amp;gt;" in feed
    assert "one/v1" not in (project / "site" / "sitemap.xml").read_text()
    for name in re.findall(r'(?:src|srcset|href)="([^"#?]+)', old):
        if not name.startswith(("http", "mailto:", "data:")):
            target = place / "v1" / name
            assert target.exists() or (target / "index.html").exists(), name
    assert verify(project).count("made again: every byte the same") == 2


def test_a_correction_reaches_no_farther_than_what_it_corrects(project: Path) -> None:
    spec = {**OTHER, "title": "Not pinned"}
    del spec["as_of"]
    write_spec(project, "two", spec)
    publish(project, "two")
    with (project / "mine" / "IWM.csv").open("a") as file:
        file.write("2024-03-22,100\n2024-03-25,101\n")
    write_spec(project, "two", {**spec, "title": "Still not pinned"})
    publish(project, "two", "--correct", "A word.")
    edition = json.loads((project / "reports" / "two" / "v2" / "edition.json").read_text())
    assert edition["as_of"] == LAST
    assert edition["corrections"][0]["note"] == "A word."
    assert edition["corrections"][0]["version"] == 1


def test_a_correction_that_changes_nothing_is_not_made(project: Path) -> None:
    said = unpublished(project, 2, "one", "--correct", "A word.")
    assert "one: nothing in it differs from v1; edit reports/one/report.yml first." in said
    write_spec(project, "one", {**ISSUE, "title": "What was meant"})
    publish(project, "one", "--correct", "The title was wrong.")
    assert "differs from v2" in unpublished(project, 2, "one", "--correct", "The title was wrong.")
    # What the vendor has revised in the month of an episode changes what the issue says.
    path = project / "mine" / "IWM.csv"
    path.write_text(
        re.sub(
            r"(?m)^(2023-\d\d-\d\d),(.*)",
            lambda row: f"{row[1]},{float(row[2]) * 1.01:.4f}",
            path.read_text(),
        )
    )
    said = unpublished(project, 5, "one", "--correct", "The prices were revised.")
    assert "The close changed by" in said
    acknowledged = run(
        "data", "ack", "IWM", LAST, "--kind", "rewritten", "--reason", "The vendor was wrong.",
        "--source", f"files:{project / 'mine'}", project=project,
    )  # fmt: skip
    assert acknowledged.exit_code == 0, acknowledged.output
    publish(project, "one", "--correct", "The prices were revised.")
    edition = json.loads((project / "reports" / "one" / "v3" / "edition.json").read_text())
    assert [each["note"] for each in edition["corrections"]] == [
        "The title was wrong.",
        "The prices were revised.",
    ]
