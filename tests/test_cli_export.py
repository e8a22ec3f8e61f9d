import shutil

import pytest

from tests.export.sample import TEXT, read
from tests.projects import copy_project
from tests.running import run

SLUG = "2026-04-21-small-caps-ten-percent-month"


@pytest.fixture
def project(tmp_path):
    """A project whose April report is made: the sample stands in its folder."""
    root = copy_project(tmp_path / "letter")
    folder = root / "build" / "reports" / SLUG
    folder.mkdir(parents=True)
    (folder / "index.md").write_text(TEXT, encoding="utf-8")
    for name in ("average-path.svg", "sketch.png", "drawing.svg"):
        (folder / name).write_bytes(read(name))
    return root


@pytest.mark.parametrize(
    ("form", "files"),
    [
        ("markdown", {"issue.md", "average-path.png", "sketch.png", "drawing.png"}),
        ("html", {"issue.html"}),
        (
            "images",
            {"strip.png", "average-path.png", "episodes.png", "neighbours.png", "sketch.png", "drawing.png"},
        ),
    ],
)
def test_an_issue_is_written_whole(project, form, files):
    place = project / "build" / "export" / SLUG / form
    place.mkdir(parents=True)
    (place / "of-before.png").write_bytes(b"")
    made = run("export", SLUG, "--to", form, project=project)
    assert made.exit_code == 0, made.output
    assert {path.name for path in place.iterdir()} == files
    assert f"wrote build/export/{SLUG}/{form}/" in made.output


def test_tables_are_pictures_where_that_is_asked(project):
    made = run("export", SLUG, "--to", "markdown", "--tables", "images", project=project)
    assert made.exit_code == 0, made.output
    written = (project / "build" / "export" / SLUG / "markdown" / "issue.md").read_text(encoding="utf-8")
    assert "![Every month in which the fund gained 10%](episodes.png)" in written
    assert "| Jun 30, 2000" not in written


def test_what_cannot_be_exported_is_told(project):
    unknown = run("export", "nope", "--to", "html", project=project)
    assert unknown.exit_code == 2
    assert "there is no report 'nope' in reports/. There are: " in unknown.output
    (project / "build" / "reports" / SLUG / "sketch.png").unlink()
    gone = run("export", SLUG, "--to", "html", project=project)
    assert gone.exit_code == 3
    assert "index.md shows sketch.png, which is not beside it. Make it again." in gone.output
    shutil.rmtree(project / "build" / "reports" / SLUG)
    unmade = run("export", SLUG, "--to", "html", project=project)
    assert unmade.exit_code == 3
    assert f"{SLUG} is not made yet. Run 'precedent report {SLUG}' first." in unmade.output


def test_no_file_from_elsewhere_is_shown(project):
    (project / "build" / "secret.png").write_bytes(read("sketch.png"))
    article = project / "build" / "reports" / SLUG / "index.md"
    article.write_text(TEXT.replace("sketch.png", "../../secret.png"), encoding="utf-8")
    made = run("export", SLUG, "--to", "markdown", project=project)
    assert made.exit_code == 3
    assert "index.md shows ../../secret.png, which is not beside it." in made.output
    assert not (project / "build" / "export").exists()
