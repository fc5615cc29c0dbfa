"""A subscriber dials with each method that a concentrator offers."""
import pytest

from line import METHODS


@pytest.mark.parametrize("method", METHODS)
def test_the_right_password_gets_in(line, method):
    subscriber = line.provider.subscriber("--ip", "100.64.0.1")
    line.connect(subscriber, method)
    assert line.address() == "100.64.0.1"
    line.ping()
    decision, = line.decisions(subscriber["login"])
    assert (decision["result"], decision["method"]) == ("accept", METHODS[method])


@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_password_is_told_to_the_subscriber(line, method):
    subscriber = line.provider.subscriber()
    status, said = line.dial(subscriber["login"], "not " + subscriber["password"], method)
    assert status == 19, said
    assert "Usuario ou senha incorretos." in said
    decision, = line.decisions(subscriber["login"])
    assert (decision["result"], decision["reason"], decision["method"]) == ("reject", "bad_password", METHODS[method])
    assert not line.provider.cli("session", "list", "--login", subscriber["login"], "--closed")
