"""That the measures of the attacks measure: each finds what it is there to find."""

import re
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.core.errors import PrecedentError, SourceError
from generator.signals.language import parse_condition
from tests.security import hostile, injected, secrets, worker
from tests.security.payloads import _MARKUP, PAYLOADS

ROOT = Path(__file__).parents[2]


def test_there_are_more_than_two_hundred_payloads():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200


@pytest.mark.parametrize("payload", [each for each in _MARKUP if re.match("<[a-z]", each)])
def test_markup_that_survived_would_be_found(payload):
    dropped = "<body"  # A second one counts for nothing.
    assert list(injected.markup_in(f"<p>{payload}</p>", own=())) or payload.startswith(dropped)


@pytest.mark.parametrize("field", ["=1+1", "+cmd|x", "@SUM(1)", "a;=1+1", "＝1"])
def test_a_formula_that_survived_would_be_found(field):
    assert list(injected.formulas_in(f'a\n"{field}"\n'.encode()))
    assert not list(injected.formulas_in(f"a\n'{field.replace(';', ' ')}\n-4.74\n".encode()))


def test_a_header_that_was_slipped_in_would_be_found():
    assert list(injected.wrong_headers(b"Subject: a\r\nBcc: b@c.example\r\n\r\n", "a")) == ["Bcc"]


def test_a_traceback_and_a_second_too_long_are_faults():
    def fails(_: str | bytes) -> object:
        raise KeyError("x")

    def works_long(_: str | bytes) -> object:
        begun = time.process_time()
        while time.process_time() - begun < 1.1:
            pass
        return "done"

    tally = worker.Tally(inputs=1)
    worker.measure(fails, "a", tally)
    worker.measure(works_long, "b", tally)
    assert tally.faults[0].startswith("KeyError")
    assert len(tally.faults) == 2


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_expression_gives_a_condition_or_a_message(chance: Random):
    with suppress(PrecedentError):
        assert parse_condition(hostile.expression(chance)).tree


def test_a_login_in_an_address_is_not_told():
    error = SourceError("cannot reach http://user:pass-word@proxy.example:8080/x. Try http://b.example/a@b.")
    assert str(error) == "cannot reach http://…@proxy.example:8080/x. Try http://b.example/a@b."


@pytest.mark.parametrize(
    "secret", [secrets.PASSWORD, secrets.SECRET, "key-of-the-login", "AHVzZXIAcmlnaHQtcGFzcw"]
)
def test_a_secret_that_is_seen_would_be_found(secret, tmp_path):
    said = f"535 what is {secret}?".encode()
    printed = secrets.Run("sent", 0, said, frozenset())
    listed = secrets.Run("help", 0, b"", frozenset([b"python", said]))
    (tmp_path / "record.jsonl").write_bytes(said)
    assert list(secrets.leaks(tmp_path, [printed, listed])) == [
        "sent: what it printed",
        "help: a command line",
        "record.jsonl",
    ]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_pinned_with_its_hashes(lock):
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(requirements) > 30
    for line in requirements:
        assert re.match(r"[A-Za-z0-9_.\[\]-]+==[^\s;]+", line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line
    assert "http" not in re.sub("#.*", "", text)
