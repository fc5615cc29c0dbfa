"""Concentrators: longest prefix, both families, changing a secret, what is known of each, and strangers."""
import socket
import time

import pytest
import radius
from radius import ACCESS_ACCEPT, ACCESS_REJECT, attribute, until


@pytest.fixture(scope="module")
def plan(provider):
    return provider.plan("--simultaneous", 0)["name"]


@pytest.fixture(scope="module")
def user(provider, plan):
    return provider.subscriber(plan=plan)


def ask(provider, nas, user, secret=None, password=None):
    secret = secret or nas.secret
    with nas.auth() as peer:
        return peer.ask(radius.access_request(secret, login=user["login"], password=password or user["password"]), secret, timeout=0.5)


def test_old_and_new_secret_during_a_window(provider, user):
    """C-07: routers are changed one after the other; each is answered by the secret that it used."""
    nas = provider.nas()
    assert ask(provider, nas, user).code == ACCESS_ACCEPT
    shown = provider.cli("nas", "set", nas.name, "--secret", "-", "--secret-grace", 600, stdin="another secret of it")
    assert shown["secret"] == "set" and shown["previous_secret_until"]
    assert ask(provider, nas, user, "another secret of it").code == ACCESS_ACCEPT
    assert ask(provider, nas, user).code == ACCESS_ACCEPT
    assert ask(provider, nas, user, "neither of them at all") is None
    provider.cli("nas", "set", nas.name, "--secret", "-", "--secret-grace", 0, stdin="the third secret of it")
    assert ask(provider, nas, user, "the third secret of it").code == ACCESS_ACCEPT
    assert ask(provider, nas, user, "another secret of it") is None, "without a grace the old one is out at once"


def test_health_is_told(provider, user):
    nas = provider.nas()
    row = next(row for row in provider.cli("nas", "list") if row["name"] == nas.name)
    assert row["health"] == "never_seen" and row["last_seen"] is None
    ask(provider, nas, user)
    ask(provider, nas, user, password="wrong")
    row = next(row for row in provider.cli("nas", "list") if row["name"] == nas.name)
    assert row["health"] == "ok" and row["last_seen"]
    shown = provider.cli("nas", "show", nas.name)
    assert (shown["requests"], shown["accepts"], shown["rejects"]) == (2, 1, 1)
    assert shown["rejects_by_reason"] == {"bad_password": 1} and shown["secret"] == "set"
    assert "bad_password 1" in provider.cli("nas", "show", nas.name, json=False)
    late = attribute(55, radius.integer(int(time.time()) - 7200))  # Event-Timestamp
    nas.account(user["login"], "clock", radius.START, late)
    assert -7210 <= provider.cli("nas", "show", nas.name)["clock_skew_s"] <= -7190
    assert provider.cli("nas", "show", nas.name)["health"] == "clock_off"


def test_a_wrong_secret_shows(provider, user):
    nas = provider.nas()
    for _ in range(3):
        ask(provider, nas, user, "not the secret")
    assert provider.cli("nas", "show", nas.name)["bad_authenticators"] == 3
    assert provider.cli("nas", "show", nas.name)["health"] == "wrong_secret"


def test_strangers_are_listed(provider, user):
    address = "127.253.1.9"
    with radius.Peer(address, ("127.0.0.1", provider.auth_port)) as peer:
        for _ in range(3):
            peer.send(radius.access_request("x", login="a", password="b"))
    row = until(lambda: [row for row in provider.cli("nas", "unknown") if row["address"] == address and row["packets"] == 3])[0]
    assert row["last_seen"]
    added = provider.nas(address=address)
    assert ask(provider, added, user).code == ACCESS_ACCEPT, "a nas that was added serves at once"
    provider.cli("nas", "remove", added.name)
    assert ask(provider, added, user) is None, "and one that was removed no longer"


def test_a_delayed_reject_comes_once_and_in_time(provider, user):
    """L-07 and D-06: the reject waits, a repetition meanwhile does not bring a second one."""
    nas = provider.nas("--reject-delay", 300)
    packet = radius.access_request(nas.secret, login=user["login"], password="wrong")
    with nas.auth() as peer:
        began = time.monotonic()
        peer.send(packet)
        peer.send(packet)
        raw = peer.receive(5)
        assert raw is not None and radius.Reply(raw, packet, nas.secret).code == ACCESS_REJECT
        assert time.monotonic() - began >= 0.29
        assert peer.rest(0.4) == []
    assert ask(provider, nas, user).code == ACCESS_ACCEPT, "an accept never waits"
    prompt = provider.nas()
    assert provider.cli("nas", "show", prompt.name)["reject_delay"] == 0


def test_ipv6_and_the_longest_prefix(lone):
    port = lone.auth_port
    lone.stop()
    lone.write_config(radius={"auth": [f"127.0.0.1:{port}", f"[::1]:{port}"], "acct": [f"127.0.0.1:{lone.acct_port}"]})
    lone.start()
    user = lone.subscriber(plan=lone.plan("--simultaneous", 0)["name"])
    lone.cli("nas", "add", "wide", "--address", "::/64", "--secret", "-", stdin="the secret of the wide one")
    narrow = "the secret of the narrow one"
    lone.cli("nas", "add", "narrow", "--address", "::1", "--secret", "-", stdin=narrow)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
        peer.settimeout(5)
        packet = radius.access_request(narrow, login=user["login"], password=user["password"])
        peer.sendto(packet, ("::1", port))
        assert radius.Reply(peer.recv(4096), packet, narrow).code == ACCESS_ACCEPT
    assert lone.cli("nas", "show", "narrow")["accepts"] == 1 and lone.cli("nas", "show", "wide")["requests"] == 0
    assert lone.refused("nas", "add", "again", "--address", "::1/128", "--secret", "-", stdin="x" * 16)["code"] == "conflict"
