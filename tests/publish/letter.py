"""A letter of small reports to publish, and the commands that do it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.running import listing, page, refused, run, small_spec
from tests.test_report_runs import UP

LAST = "2024-03-21"
"""Where the prices of these tests end, a Thursday."""
ISSUE = small_spec(UP, date=LAST, as_of=LAST)
OTHER = small_spec("roc(close, 1) < -5", date=LAST, as_of=LAST)
TELLS = small_spec(UP, date=LAST, as_of=LAST)
TELLS["sections"] = ["key_points", {"study": "only"}, "past_signals", "method"]


def publish(root: Path, *arguments: str) -> str:
    result = run("publish", "--source", f"files:{root / 'mine'}", *arguments, project=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def report(root: Path) -> str:
    result = run("report", "--source", f"files:{root / 'mine'}", project=root)
    assert result.exit_code == 0, result.output
    return result.stdout


def verify(root: Path, code: int = 0, *slugs: str) -> str:
    result = run("verify", "--source", f"files:{root / 'mine'}", *slugs, project=root)
    assert result.exit_code == code, result.output
    return result.output


def unpublished(root: Path, code: int, *arguments: str) -> str:
    """A run that must publish nothing and leave the site and what is frozen as they are."""
    before = listing(root / "site"), frozen(root)
    source = () if "--source" in arguments else ("--source", f"files:{root / 'mine'}")
    message = refused(run("publish", *source, *arguments, project=root), code)
    assert (listing(root / "site"), frozen(root)) == before
    return message


def frozen(root: Path) -> dict[str, str]:
    files = listing(root / "reports")
    return {name: hash_ for name, hash_ in files.items() if re.search(r"/v\d+/", name)}


def article(root: Path, slug: str, version: str = "") -> str:
    text = page(root, f"{slug}/{version}" if version else slug)
    found = re.search(r'<article class="letter issue">.*</article>', text, re.DOTALL)
    assert found
    return found[0]
