"""The simulated concentrator itself: a test of the daemon is worth as much as the NAS that it is played against."""
import subprocess

import dynamic
import pytest
import radius
from dynamic import COA_ACK, COA_NAK, COA_REQUEST, DISCONNECT_ACK, DISCONNECT_REQUEST, MIKROTIK, RATE_LIMIT
from radius import attribute, until


@pytest.fixture
def user(provider):
    return provider.subscriber()


def about(session, *more):
    return [attribute(1, session.login), attribute(44, session.id), attribute(4, radius.address(session.nas.nas_ip)),
            attribute(8, radius.address(session.address)), *more]


def rate(text):
    return radius.vendor(MIKROTIK, RATE_LIMIT, text)


def ask(nas, packet, timeout=0.3):
    with radius.Peer("127.0.0.1", (nas.address, nas.coa_port)) as peer:
        return peer.ask(packet, nas.secret, timeout)


@pytest.mark.parametrize("mode, code, cause", [
    ("obeys", COA_ACK, None), ("ack_without_effect", COA_ACK, None), ("nak_503", COA_NAK, 503), ("nak_404", COA_NAK, 404),
    ("wrong_secret", None, None), ("dead", None, None), ("by_hand", None, None)])
def test_each_mode(provider, concentrators, user, mode, code, cause):
    nas = concentrators(provider, mode=mode)
    session = nas.dial(user)
    said = ask(nas, dynamic.request(COA_REQUEST, 1, nas.secret, *about(session, rate("1M/2M"))))
    assert (said and said.code, said and said.integer(dynamic.ERROR_CAUSE)) == (code, cause)
    assert session.in_force["rate"] == ("1M/2M" if mode == "obeys" else "150M/300M")


@pytest.mark.parametrize("code, change, cause", [
    (COA_REQUEST, [attribute(88, "pool")], 401), (COA_REQUEST, [attribute(22, "10.0.0.0/8 0.0.0.0 1")], 401),
    (COA_REQUEST, [attribute(8, bytes(4))], 503), (COA_REQUEST, [attribute(4, bytes(4))], 403), (COA_REQUEST, [attribute(1, "other")], 503),
    (DISCONNECT_REQUEST, [attribute(44, "81ffffffff")], 503)])
def test_what_routeros_refuses(provider, concentrators, user, code, change, cause):
    nas = concentrators(provider)
    session = nas.dial(user)
    replaced = {one[0] for one in change}
    said = ask(nas, dynamic.request(code, 1, nas.secret, *[one for one in about(session) if one[0] not in replaced], *change))
    assert said.code == code + 2 and said.integer(dynamic.ERROR_CAUSE) == cause and session.state == "online"


def test_a_disconnect_stops_and_dials_again(provider, concentrators, user):
    nas = concentrators(provider, redial=True)
    session = nas.dial(user)
    packet = dynamic.request(DISCONNECT_REQUEST, 1, nas.secret, *about(session))
    with radius.Peer("127.0.0.1", (nas.address, nas.coa_port)) as peer:
        first, second = peer.ask(packet, nas.secret), peer.ask(packet, nas.secret)
    assert first.code == DISCONNECT_ACK and first.raw == second.raw, "a repetition gets the same answer"
    until(lambda: session.state == "over" and session.successor.state == "online")
    assert [len(one.times) for one in nas.heard()] == [2]
    closed = until(lambda: [row for row in provider.cli("session", "list", "--login", user["login"], "--closed") if row["state"] == "closed"])
    assert [row["terminate_cause"] for row in closed] == ["Admin-Reset"]


@pytest.mark.parametrize("fault", ["an identifier that is in use", "another packet as a repetition", "applied before", "disconnected before", "an authenticator"])
def test_it_notices(provider, concentrators, user, fault):
    nas = concentrators(provider, mode="by_hand" if fault == "an identifier that is in use" else "obeys")
    session = nas.dial(user)
    first = dynamic.request(COA_REQUEST, 1, nas.secret, *about(session, rate("1M/2M")))
    packets = {
        "an identifier that is in use": [first, dynamic.request(COA_REQUEST, 1, nas.secret, *about(session, rate("3M/3M")))],
        "another packet as a repetition": [first, first[:-1] + b"G"],
        "applied before": [first, dynamic.request(COA_REQUEST, 2, nas.secret, *about(session, rate("1M/2M")))],
        "disconnected before": [dynamic.request(DISCONNECT_REQUEST, n, nas.secret, *about(session)) for n in (1, 2)],
        "an authenticator": [first[:4] + bytes(16) + first[20:]]}[fault]
    with radius.Peer("127.0.0.1", (nas.address, nas.coa_port)) as peer:
        for packet in packets:
            peer.send(packet)
        until(lambda: nas.violations, what="it noticed nothing")
    nas.violations.clear()


def test_radclient_takes_its_answers(provider, concentrators, user):
    """FreeRADIUS checks their authenticators and reads their Error-Cause."""
    nas = concentrators(provider)
    session = nas.dial(user)
    pairs = [f'User-Name = "{session.login}"', f'Acct-Session-Id = "{session.id}"', f"NAS-IP-Address = {nas.address}", "Message-Authenticator = 0x00"]
    def radclient(kind, *more):
        done = subprocess.run(["radclient", "-x", "-r", "1", "-t", "5", f"{nas.address}:{nas.coa_port}", kind, nas.secret],
                              input="\n".join([*pairs, *more]) + "\n", capture_output=True, text=True, timeout=20)
        return done.returncode, done.stdout + done.stderr
    assert radclient("coa", 'Mikrotik-Rate-Limit = "1M/2M"')[0] == 0
    assert session.in_force["rate"] == "1M/2M"
    status, text = radclient("coa", 'Framed-Pool = "x"')
    assert status == 1 and "CoA-NAK" in text and "Unsupported-Attribute" in text
    assert radclient("disconnect")[0] == 0
    until(lambda: session.state == "over")
