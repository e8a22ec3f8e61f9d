"""``precedent serve`` as a process with a real server: what is changed is shown, and pages learn of it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from generator.run.serve import written
from generator.site.templating import TEMPLATES
from tests.running import project_with, refused, run, small_spec

LONGEST = 240
"""Seconds that a busy machine may take for a step."""


def test_published_files_are_not_looked_at(tmp_path: Path) -> None:
    for name in (
        "one/report.yml",
        "one/v1/index.md",
        "one/v1/deep/chart.svg",
        "v1x/report.yml",
        "two/vw/mine.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    seen = {str(path.relative_to(tmp_path)) for path in written([tmp_path])}
    assert seen == {"one/report.yml", "v1x/report.yml", "two/vw/mine.md"}


class Served:
    """A running ``precedent serve``."""

    def __init__(self, project: Path) -> None:
        command = [sys.executable, "-m", "generator.cli.start", "--project", str(project)]
        self.process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--source", "sample"],
            stdout=subprocess.PIPE,
            text=True,
            # Tests that run in the background are deaf to Ctrl-C, and so would be what they begin.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert self.process.stdout is not None
        found = re.match(r"(http://localhost:\d+) ", self.process.stdout.readline())
        assert found
        self.address = found[1]

    def read(self, path: str) -> str:
        """What a browser gets."""
        with urlopen(self.address + path, timeout=LONGEST) as answer:
            return str(answer.read().decode())

    def state(self) -> dict[str, str]:
        """The site's mark and the trouble."""
        found: dict[str, str] = json.loads(self.read("/-/state"))
        return found

    def until(self, **wanted: str) -> dict[str, str]:
        """The state, as soon as it is another than this."""
        end = time.monotonic() + LONGEST
        while (state := self.state()) == {**state, **wanted}:
            assert time.monotonic() < end, state
            time.sleep(0.1)
        return state


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    project = project_with(tmp_path_factory.mktemp("served"), small=small_spec())
    (project / "watchlist.yml").unlink(missing_ok=True)
    (project / "templates").mkdir()  # as a letter that init began has it
    serving = Served(project)
    try:
        yield serving, project
        serving.process.send_signal(signal.SIGINT)
        assert serving.process.wait(LONGEST) == 130, "Ctrl-C ends it"
    finally:
        serving.process.kill()
        serving.process.communicate()  # and its output is closed


def own_style(project: Path, added: str) -> None:
    """A style sheet of the letter's own, in the place of the program's."""
    style = project / "templates/theme/assets/letter.css"
    style.parent.mkdir(parents=True, exist_ok=True)
    style.write_text((TEMPLATES / "theme/assets/letter.css").read_text() + added)


def test_changes_are_shown(served: tuple[Served, Path]) -> None:
    serving, project = served
    state = serving.until(site="")
    page = "/issues/small/index.html"
    assert "A small report" in serving.read(page)
    assert serving.read(page).count('<script defer src="/-/reload.js"></script>') == 1
    assert "reload.js" not in (project / "site/issues/small/index.html").read_text(), (
        "served so, not built so"
    )

    spec = project / "reports/small/report.yml"
    spec.write_text(spec.read_text().replace("A small report", "Another title"))
    state = serving.until(site=state["site"])
    assert "Another title" in serving.read(page)

    own_style(project, "\n.of-the-test { color: red }\n")
    serving.until(site=state["site"])
    assert ".of-the-test" in serving.read("/assets/letter.css")


def test_a_page_of_ones_own_is_shown(served: tuple[Served, Path]) -> None:
    serving, project = served
    state = serving.until(site="")
    (project / "pages").mkdir(exist_ok=True)
    (project / "pages" / "imprint.md").write_text("---\ntitle: Imprint of the test\n---\n\nWords.\n")
    serving.until(site=state["site"])
    assert "Imprint of the test" in serving.read("/imprint/index.html")


def test_a_mistake_is_told_and_the_site_stays(served: tuple[Served, Path]) -> None:
    serving, project = served
    serving.until(site="")
    spec = project / "reports/small/report.yml"
    right = spec.read_text()
    spec.write_text(right.replace("sections:", "sectoins:"))
    trouble = serving.until(trouble="")["trouble"]
    assert "sectoins" in trouble
    assert "report.yml" in trouble
    assert "<h1" in serving.read("/issues/small/index.html")
    spec.write_text(right)
    assert serving.until(trouble=trouble)["trouble"] == ""


def test_an_unknown_page_is_the_sites_own(served: tuple[Served, Path]) -> None:
    serving, _ = served
    serving.until(site="")
    with pytest.raises(HTTPError) as refusal:
        serving.read("/issues/nothing/index.html")
    assert refusal.value.code == 404
    assert "/-/reload.js" in refusal.value.read().decode()


def test_a_page_that_waits_is_answered_when_there_is_news(served: tuple[Served, Path]) -> None:
    serving, project = served
    serving.until(site="")
    state = serving.state()
    own_style(project, "\n")
    known = f"/-/state?site={state['site']}&trouble="
    end = time.monotonic() + LONGEST
    while (news := json.loads(serving.read(known))) == state:
        assert time.monotonic() < end
    assert news["site"] != state["site"]


def test_a_port_in_use_is_told(served: tuple[Served, Path], tmp_path: Path) -> None:
    serving, _ = served
    port = serving.address.rpartition(":")[2]
    message = refused(run("serve", "--port", port, project=project_with(tmp_path)), 2)
    assert f"port {port} cannot be used" in message
    assert "--port" in message
