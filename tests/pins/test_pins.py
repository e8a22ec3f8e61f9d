"""What comes out is what was last read and accepted by a person."""

from __future__ import annotations

from difflib import unified_diff

from tests.pins.make import KEPT, pins


def test_everything_that_comes_out_is_as_it_was_accepted() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in KEPT.iterdir()}
    made = pins()
    assert made.keys() == kept.keys()
    for name, text in made.items():
        changes = unified_diff(kept[name].splitlines(), text.splitlines(), "kept", "made", lineterm="", n=0)
        assert text == kept[name], f"{name} has changed: run `make pins` and read the diff\n" + "\n".join(
            list(changes)[:20]
        )
