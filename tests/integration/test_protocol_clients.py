"""Rows C-01 to C-06 and M-01 to M-14: who asks, and whether it is they."""
import os

import pytest
import radius
from protocol import answered, discarded, exchange, moved
from radius import (ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_RESPONSE, MESSAGE_AUTHENTICATOR, SIGNATURE, Peer, Reply, attribute, until)


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--message-authenticator", "ignore")


@pytest.fixture(scope="module")
def user(provider):
    """Dials at every NAS of these tests at once."""
    return provider.subscriber(plan=provider.plan("--simultaneous", 0)["name"])


def request(nas, user, *attributes, secret=None, **options):
    return radius.access_request(secret or nas.secret, *attributes, login=user["login"], password=user["password"], **options)


@pytest.mark.parametrize("service", ["auth", "acct"])
def test_C01_unknown_client_costs_no_digest(provider, user, service):
    port = provider.auth_port if service == "auth" else provider.acct_port
    source = f"127.254.{7 if service == 'auth' else 8}.7"
    packet = radius.access_request("x", login="a", password="b") if service == "auth" else radius.usage("x", "a", "1", radius.START)
    pid, before, logged = provider.pid, provider.counters(), provider.log_size()
    with Peer(source, ("127.0.0.1", port)) as peer:
        for _ in range(50):
            peer.send(packet)
        peer.send(b"rubbish")
        until(lambda: provider.counters()[f"{service}.invalid"] - before[f"{service}.invalid"] >= 51)
        assert peer.rest() == []
    after = moved(before, provider.counters())
    assert after.pop(f"{service}.invalid") == 51
    assert set(after) <= {f"{service}.requests"}, after
    assert provider.pid == pid
    lines = [line for line in provider.log("unknown_client", logged) if source in line.values()]
    assert 1 <= len(lines) <= 2, "at most one line a second for one source"


def test_C02_the_longest_prefix_wins(provider, user):
    provider.nas("--message-authenticator", "ignore", prefix="127.200.0.0/16", address="127.200.9.9", secret="the secret of the wide one")
    narrow = provider.nas("--message-authenticator", "ignore", address="127.200.1.1", secret="the secret of the narrow one")
    answered(provider, narrow, request(narrow, user), ACCESS_ACCEPT)
    discarded(provider, narrow, request(narrow, user, secret="the secret of the wide one"), {"auth.bad_authenticator": 1})
    with Peer("127.200.1.2", ("127.0.0.1", provider.auth_port)) as peer:
        packet = request(narrow, user, secret="the secret of the wide one")
        assert peer.ask(packet, "the secret of the wide one").code == ACCESS_ACCEPT


def test_C02_the_same_prefix_twice_is_refused(provider):
    name = provider.name("twin")
    provider.cli("nas", "add", name, "--address", "127.201.0.0/16", "--secret", "-", stdin="a secret of the test")
    error = provider.refused("nas", "add", name + "b", "--address", "127.201.0.0/16", "--secret", "-", stdin="a secret of the test")
    assert error["code"] == "conflict" and error["field"] == "address"


def test_C03_an_empty_secret_is_refused(provider):
    answer = provider.run("nas", "add", provider.name("empty"), "--address", "127.202.0.1", "--secret", "-", stdin="")
    assert answer.code in (1, 2) and answer.error["field"] == "secret"


def test_C03_a_secret_may_hold_any_character(provider, user):
    for secret in ("ção é à ü — 漢字 🔒", "quote\"back\\slash'%s%n{}$(x) `", "x" * 128):
        nas = provider.nas("--message-authenticator", "ignore", secret=secret)
        answered(provider, nas, request(nas, user), ACCESS_ACCEPT)


def test_C04_wrong_secret_with_message_authenticator(provider, nas, user):
    discarded(provider, nas, request(nas, user, secret="another secret"), {"auth.bad_authenticator": 1})


def test_C05_wrong_secret_without_message_authenticator(provider, user):
    nas = provider.nas("--message-authenticator", "ignore")
    logged = provider.log_size()
    for _ in range(30):
        packet = request(nas, user, secret="another secret", signed=False)
        with nas.auth() as peer:
            peer.send(packet)
            raw = peer.receive()
        assert raw is not None and Reply(raw, packet, nas.secret).code == ACCESS_REJECT
    until(lambda: [line for line in provider.log("secret_probably_wrong", logged) if nas.name in line.values()], 5)
    assert len([line for line in provider.log("secret_probably_wrong", logged) if nas.name in line.values()]) == 1


def test_C06_wrong_secret_in_accounting(provider, nas, user):
    packet = radius.usage("another secret", user["login"], "C06", radius.START)
    discarded(provider, nas, packet, {"acct.bad_authenticator": 1}, "acct")
    assert provider.cli("session", "list", "--login", user["login"]) == []


def test_M01_status_server_without_message_authenticator(provider, nas):
    before = provider.counters()
    with nas.auth() as auth, nas.acct() as acct:
        auth.send(radius.status_server(nas.secret, signed=False))
        acct.send(radius.status_server(nas.secret, signed=False))
        until(lambda: provider.counters()["auth.ma_missing"] > before["auth.ma_missing"])
        assert auth.rest(0.2) == [] and acct.rest() == []
    assert moved(before, provider.counters()).get("auth.accepts") is None


def test_M02_eap_message_without_message_authenticator(provider, nas, user):
    eap = attribute(radius.EAP_MESSAGE, b"\2\1\0\6\1x")
    discarded(provider, nas, radius.access_request(nas.secret, eap, login=user["login"], signed=False), {"auth.ma_missing": 1})


@pytest.mark.parametrize("octet", range(16))
def test_M03_and_M13_one_wrong_octet_of_the_message_authenticator(provider, nas, user, octet):
    packet = bytearray(request(nas, user))
    packet[len(packet) - 16 + octet] ^= 1
    discarded(provider, nas, bytes(packet), {"auth.bad_authenticator": 1})


def test_M03_wrong_message_authenticator_elsewhere(provider, nas, user):
    status = bytearray(radius.status_server(nas.secret))
    status[-1] ^= 128
    discarded(provider, nas, bytes(status), {"auth.bad_authenticator": 1})
    packet = radius.accounting_request(nas.secret, attribute(radius.USER_NAME, user["login"]), attribute(40, radius.integer(1)),
                                       attribute(44, "M03"), attribute(MESSAGE_AUTHENTICATOR, os.urandom(16)))
    discarded(provider, nas, packet, {"acct.bad_authenticator": 1}, "acct")


def test_M03_a_stale_retransmission_gets_the_cached_reply(provider, nas, user):
    packet = request(nas, user)
    with nas.auth() as peer:
        first, = exchange(provider, nas, packet, {"auth.accepts": 1}, 1, peer=peer)
        stale = packet[:-16] + os.urandom(16)
        again, = exchange(provider, nas, stale, {"auth.dup": 1, "auth.accepts": 0}, 1, peer=peer)
        assert again == first
        altered = stale.replace(user["login"].encode(), user["login"].encode().upper())
        exchange(provider, nas, altered, {"auth.bad_authenticator": 1}, 0, peer=peer)


def test_M04_two_message_authenticators(provider, nas, user):
    before = provider.counters()
    packet = radius.sign(radius.frame(1, 1, os.urandom(16), attribute(1, user["login"]) + attribute(2, bytes(16)) + SIGNATURE * 2), nas.secret)
    with nas.auth() as peer:
        peer.send(packet)
        after = until(lambda: (now := provider.counters())["auth.requests"] > before["auth.requests"] and now)
        assert peer.rest() == []
    assert sum(after[name] - before[name] for name in ("auth.malformed", "auth.bad_authenticator")) == 1


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_M05_message_authenticator_anywhere(provider, nas, user, where):
    answered(provider, nas, request(nas, user, attribute(32, "bras"), attribute(61, bytes(4)), where=where), ACCESS_ACCEPT)


def test_M06_the_hmac_is_taken_by_code(provider, nas, user):
    answered(provider, nas, request(nas, user), ACCESS_ACCEPT)  # the reply's is checked over the Request Authenticator
    answered(provider, nas, radius.status_server(nas.secret), ACCESS_ACCEPT, deltas={"auth.status_server": 1})
    packet = radius.accounting_request(nas.secret, attribute(40, radius.integer(1)), attribute(44, "M06"), attribute(1, user["login"]),
                                       attribute(4, bytes(4)), signed=True)  # over sixteen zero octets
    answered(provider, nas, packet, ACCOUNTING_RESPONSE, "acct")


@pytest.mark.parametrize("signed", [True, False])
def test_M07_every_auth_reply_opens_with_the_message_authenticator(provider, nas, user, signed):
    other = {**user, "password": "not it"}
    for packet, code in ((request(nas, user, signed=signed), ACCESS_ACCEPT), (request(nas, other, signed=signed), ACCESS_REJECT)):
        reply = answered(provider, nas, packet, code)
        assert reply.signed and reply.attributes[0][0] == MESSAGE_AUTHENTICATOR and len(reply.all(MESSAGE_AUTHENTICATOR)) == 1
    reply = answered(provider, nas, radius.status_server(nas.secret), ACCESS_ACCEPT, deltas={"auth.status_server": 1})
    assert reply.attributes[0][0] == MESSAGE_AUTHENTICATOR


def test_M08_accounting_responses_carry_none(provider, nas, user):
    reply = answered(provider, nas, radius.usage(nas.secret, user["login"], "M08", radius.START), ACCOUNTING_RESPONSE, "acct")
    assert not reply.signed


def test_M09_required_message_authenticator(provider, user):
    nas = provider.nas("--message-authenticator", "require")
    discarded(provider, nas, request(nas, user, signed=False), {"auth.ma_missing": 1})
    answered(provider, nas, request(nas, user), ACCESS_ACCEPT)


def test_M10_proxy_state_needs_a_message_authenticator(provider, nas, user):
    proxy = attribute(radius.PROXY_STATE, b"pretty")
    discarded(provider, nas, request(nas, user, proxy, signed=False), {"auth.blastradius": 1})
    answered(provider, nas, request(nas, user, proxy), ACCESS_ACCEPT)
    open_ = provider.nas("--message-authenticator", "ignore", "--limit-proxy-state", "no")
    answered(provider, open_, request(open_, user, proxy, signed=False), ACCESS_ACCEPT)


def test_M11_auto_is_not_changed_by_a_forged_packet(provider, user):
    nas = provider.nas()
    answered(provider, nas, request(nas, user, signed=False), ACCESS_ACCEPT)
    discarded(provider, nas, request(nas, user, secret="a forger's secret"), {"auth.bad_authenticator": 1})
    answered(provider, nas, request(nas, user, signed=False), ACCESS_ACCEPT)


def test_M11_auto_requires_it_once_one_was_verified(lone):
    """Learned from a verified packet without EAP of a single host; never for a prefix; kept over a restart."""
    user = lone.subscriber(plan=lone.plan("--simultaneous", 0)["name"])
    nas = lone.nas()
    wide = lone.nas(prefix="127.210.0.0/16", address="127.210.1.1")
    eap = attribute(radius.EAP_MESSAGE, b"\2\1\0\5\1")
    nas.login(user["login"], None, eap)
    for one in (nas, wide):
        answered(lone, one, request(one, user, signed=False), ACCESS_ACCEPT)
        answered(lone, one, request(one, user), ACCESS_ACCEPT)
    discarded(lone, nas, request(nas, user, signed=False), {"auth.ma_missing": 1})
    answered(lone, wide, request(wide, user, signed=False), ACCESS_ACCEPT)
    until(lambda: lone.cli("nas", "show", nas.name)["message_authenticator_learned"], 5)
    lone.restart()
    discarded(lone, nas, request(nas, user, signed=False), {"auth.ma_missing": 1})
    lone.cli("nas", "set", nas.name, "--message-authenticator", "ignore")
    answered(lone, nas, request(nas, user, signed=False), ACCESS_ACCEPT)


def test_M14_no_credentials_and_no_message_authenticator(provider, nas, user):
    discarded(provider, nas, radius.access_request(nas.secret, login=user["login"], signed=False), {"auth.ma_missing": 1})
    answered(provider, nas, radius.access_request(nas.secret, login=user["login"]), ACCESS_REJECT)


def test_order_of_checks(provider, nas, user):
    """Client, structure, authenticators, duplicates, decoding: each hides what comes after it."""
    with Peer("127.254.9.9", ("127.0.0.1", provider.auth_port)) as stranger:
        exchange(provider, nas, b"short", {"auth.invalid": 1}, peer=stranger)
    unsound = request(nas, user, secret="another secret")[:-1]
    discarded(provider, nas, unsound, {"auth.malformed": 1})
    packet = request(nas, user)
    with nas.auth() as peer:
        exchange(provider, nas, packet, {"auth.accepts": 1}, 1, peer=peer)
        forged = packet[:20] + packet[20:].replace(user["login"].encode()[:4], b"evil", 1)
        exchange(provider, nas, forged, {"auth.bad_authenticator": 1}, peer=peer)
        exchange(provider, nas, packet, {"auth.dup": 1, "auth.accepts": 0}, 1, peer=peer)
