"""Help texts are part of the interface: they change on purpose only (tests/integration/golden/regenerate)."""
import pathlib
import subprocess

import pytest
from porteiro import BUILD

GOLDEN = pathlib.Path(__file__).parent / "golden"


def output(*words):
    done = subprocess.run([BUILD / "porteiro", *words], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done
    return done.stdout


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("help*.txt")), ids=lambda file: file.stem)
def test_help(file):
    words = file.stem.split("-")
    assert output(*words) == file.read_text()
    if len(words) > 1:
        assert output(*words[1:], "--help") == file.read_text()


def test_every_noun_has_a_golden_file():
    nouns = [line.split()[0] for line in output("help").split("\n\n")[1].split("\n")]
    assert {f"help-{noun}" for noun in nouns} <= {file.stem for file in GOLDEN.glob("*.txt")}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_every_flag(shell):
    text = output("completion", shell)
    for word in ("contract", "suspend", "due-day", "dry-run", "mikrotik"):
        assert word in text


def test_manual_page():
    text = output("man")
    assert text.startswith(".TH PORTEIRO 1") and ".SS login explain" in text and "EXIT STATUS" in text
    reasons = text.split(".SH REASONS OF REFUSAL")[1]
    assert reasons.index("contract_suspended") < reasons.index("session_limit"), "in the order of checking"
