"""Disconnect- and CoA-Requests octet by octet: what they say, which answers are believed, and against radclient's own."""
import hashlib
import socket
import subprocess
import time

import dynamic
import pytest
import radius
from dynamic import COA_ACK, COA_NAK, COA_REQUEST, DISCONNECT_ACK, DISCONNECT_NAK, DISCONNECT_REQUEST, error_cause
from following import SOON, attempts, has, is_over, set_rate, stands, suspend
from protocol import moved
from radius import MESSAGE_AUTHENTICATOR, NAS_IDENTIFIER, NAS_IP_ADDRESS, USER_NAME, attribute, integer, until


@pytest.fixture
def nas(provider, concentrators):
    return concentrators(provider, mode="by_hand")


@pytest.fixture
def user(provider):
    return provider.subscriber()


def asked(nas, kind, count=1):
    """The latest, once so many were heard; repetitions are not counted."""
    return until(lambda: len(nas.heard(kind)) >= count and nas.heard(kind), SOON, what=lambda: f"{nas.heard()}\n{nas.provider.log_tail()}")[count - 1]


@pytest.mark.parametrize("says_it_is", [None, "192.168.77.1", ""], ids=["NAS-IP-Address", "another NAS-IP-Address", "NAS-Identifier only"])
def test_a_request_identifies_the_session_as_its_accounting_did_O01(provider, concentrators, user, says_it_is):
    """(O-01, O-09, O-10) NAS-IP-Address as the NAS reported it; a Disconnect-Request has nothing but identification."""
    nas = concentrators(provider, mode="by_hand", says_it_is=says_it_is)
    session = nas.dial(user)
    rate = set_rate(provider, user)
    change = asked(nas, "coa")
    nas.reply_to(change)
    suspend(provider, user)
    disconnect = asked(nas, "disconnect")
    nas.reply_to(disconnect)
    is_over(session)
    for request in (change, disconnect):
        assert request.verifies(nas.secret) and not request.verifies("another secret")
        assert request.attributes[0][0] == MESSAGE_AUTHENTICATOR
        assert request.text(USER_NAME) == user["login"] and request.text(44) == session.id
        if nas.nas_ip:
            assert request.get(NAS_IP_ADDRESS) == radius.address(nas.nas_ip)
        else:
            assert request.text(NAS_IDENTIFIER) == nas.name
        assert request.get(8) == radius.address(session.address)
        assert abs(int.from_bytes(request.get(dynamic.EVENT_TIMESTAMP), "big") - time.time()) < 60
    identification = {MESSAGE_AUTHENTICATOR, USER_NAME, 44, NAS_IP_ADDRESS if nas.nas_ip else NAS_IDENTIFIER, 8, dynamic.EVENT_TIMESTAMP}
    assert disconnect.kinds() == identification
    assert change.kinds() == identification | {"14988/8"} and change.change() == {"rate": rate}


def test_message_authenticator_is_a_switch_of_the_nas_O10(provider, concentrators, user):
    nas = concentrators(provider, "--coa-message-authenticator", "no")
    nas.sign_replies = False
    session = nas.dial(user)
    suspend(provider, user)
    is_over(session)
    request = asked(nas, "disconnect")
    assert MESSAGE_AUTHENTICATOR not in request.kinds() and request.verifies(nas.secret)


def pairs_of(request):
    """The lines that have radclient send the same attributes in the same order."""
    lines = []
    names = {1: "User-Name", 44: "Acct-Session-Id", 32: "NAS-Identifier", 4: "NAS-IP-Address", 8: "Framed-IP-Address"}
    for kind, value in request.attributes:
        if kind == MESSAGE_AUTHENTICATOR:
            lines.append("Message-Authenticator = 0x00")
        elif kind == dynamic.EVENT_TIMESTAMP:
            lines.append(f'Event-Timestamp = "{time.strftime("%b %d %Y %H:%M:%S UTC", time.gmtime(int.from_bytes(value, "big")))}"')
        elif kind == 26:
            lines.append(f'Mikrotik-Rate-Limit = "{value[6:].decode()}"')
        elif kind in (4, 8):
            lines.append(f"{names[kind]} = {socket.inet_ntoa(value)}")
        else:
            lines.append(f'{names[kind]} = "{value.decode()}"')
    return "".join(line + "\n" for line in lines)


def said_by_radclient(request, secret):
    """radclient's packet with the attributes of `request`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(10)
        port = ear.getsockname()[1]
        client = subprocess.Popen(["radclient", "-r", "1", "-t", "10", f"127.0.0.1:{port}", request.kind, secret], text=True,
                                  env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        client.stdin.write(pairs_of(request))
        client.stdin.close()
        raw, source = ear.recvfrom(4096)
        theirs = dynamic.Request(raw, source, time.monotonic())
        ear.sendto(dynamic.reply(raw, theirs.code + 1, secret), source)
        assert client.wait(10) == 0, client.stdout.read()
        client.stdout.close()
        return theirs


@pytest.mark.parametrize("kind", ["coa", "disconnect"])
def test_radclient_says_the_same_octets_O01(provider, nas, user, kind):
    """(O-01) Code, Length and every attribute; only what must differ does: Identifier, and the two digests over it. Ours
    and radclient's digests are checked by the same code."""
    session = nas.dial(user)
    if kind == "coa":
        set_rate(provider, user)
    else:
        suspend(provider, user)
    ours = asked(nas, kind)
    nas.reply_to(ours)
    theirs = said_by_radclient(ours, nas.secret)
    assert theirs.verifies(nas.secret) and ours.verifies(nas.secret)
    assert (theirs.code, len(theirs.octets)) == (ours.code, len(ours.octets))
    def told(one):
        return [(number, value if number != MESSAGE_AUTHENTICATOR else b"") for number, value in one.attributes]
    assert told(theirs) == told(ours)
    assert session.state == ("online" if kind == "coa" else "over")


def flawed(request, secret):
    """Answers that are none, by what is wrong with them (O-02, O-03)."""
    good, ack = request.octets, request.code + 1
    signed = dynamic.reply(good, ack, secret)
    bad_signature = radius.frame(ack, good[1], good[4:20], attribute(MESSAGE_AUTHENTICATOR, bytes(16)))
    late = attribute(dynamic.EVENT_TIMESTAMP, integer(int(time.time()) - 3600))
    return {
        "signed with another secret": dynamic.reply(good, ack, "another secret"),
        "a Response Authenticator of zeros": signed[:4] + bytes(16) + signed[20:],
        "one octet was changed on the way": signed[:-1] + bytes([signed[-1] ^ 1]),
        "its Message-Authenticator is wrong, the rest is right":
            bad_signature[:4] + hashlib.md5(bad_signature + radius.octets(secret)).digest() + bad_signature[20:],
        "the ACK of the other kind of request": dynamic.reply(good, {DISCONNECT_ACK: COA_ACK, COA_ACK: DISCONNECT_ACK}[ack], secret),
        "the NAK of the other kind of request": dynamic.reply(good, {DISCONNECT_ACK: COA_NAK, COA_ACK: DISCONNECT_NAK}[ack], secret),
        "an Access-Accept": dynamic.reply(good, 2, secret),
        "an Accounting-Response": dynamic.reply(good, 5, secret),
        "the request itself": good,
        "cut short": signed[:-3],
        "not RADIUS": b"hello",
        "an hour old (O-09)": dynamic.reply(good, ack, secret, late)}


FLAWS = list(flawed(dynamic.Request(dynamic.request(DISCONNECT_REQUEST, 1, "s"), ("127.0.0.1", 1), 0), "s"))


@pytest.mark.parametrize("kind", ["coa", "disconnect"])
@pytest.mark.parametrize("flaw", FLAWS)
def test_an_answer_that_is_none_is_discarded_O02_O03(provider, nas, user, kind, flaw):
    """(O-02, O-03) Discarded and counted, and the right answer is still waited for."""
    session = nas.dial(user)
    if kind == "coa":
        set_rate(provider, user)
    else:
        suspend(provider, user)
    request, before = asked(nas, kind), provider.counters()
    nas.say(flawed(request, nas.secret)[flaw], request)
    def counted():
        by = moved(before, provider.counters())
        return by.get("coa.bad_reply", 0) + by.get("coa.unexpected", 0) == 1
    until(counted, SOON, what=lambda: f"{moved(before, provider.counters())}")
    by = moved(before, provider.counters())
    assert by.get("coa.acks", 0) == by.get("coa.naks", 0) == 0
    assert stands(provider, session, "pending")["why"]
    nas.reply_to(request)
    until(lambda: moved(before, provider.counters()).get("coa.acks", 0) == 1, SOON)
    assert attempts(provider, user["login"])[0]["result"] == "acknowledged"


def test_an_answer_from_elsewhere_is_discarded_O02(provider, nas, user):
    """(O-02) Right in every octet, but from another port, or from another address."""
    session = nas.dial(user)
    suspend(provider, user)
    request, before = asked(nas, "disconnect"), provider.counters()
    octets = dynamic.reply(request.octets, DISCONNECT_ACK, nas.secret)
    for source in (nas.address, provider.free_address()):
        with radius.Peer(source, request.source) as stranger:
            stranger.send(octets)
    def counted():
        by = moved(before, provider.counters())
        return by.get("coa.bad_reply", 0) + by.get("coa.unexpected", 0) == 2
    until(counted, SOON, what=lambda: f"{moved(before, provider.counters())}")
    assert stands(provider, session, "pending") and session.state == "online"
    nas.reply_to(request)
    is_over(session)


def test_a_second_answer_changes_nothing_O03(provider, nas, user):
    """(O-03) An ACK, then a NAK to the same request; and an identifier that was used before."""
    session = nas.dial(user)
    rate = set_rate(provider, user)
    request = asked(nas, "coa")
    nas.reply_to(request)
    has(session, rate=rate)
    stands(provider, session, "in_force")
    before = provider.counters()
    nas.say(dynamic.reply(request.octets, COA_NAK, nas.secret, error_cause(404)), request)
    nas.say(dynamic.reply(request.octets, COA_ACK, nas.secret, identifier=(request.identifier + 1) % 256), request)
    def counted():
        by = moved(before, provider.counters())
        return by.get("coa.bad_reply", 0) + by.get("coa.unexpected", 0) == 2
    until(counted, SOON, what=lambda: f"{moved(before, provider.counters())}")
    assert stands(provider, session, "in_force")["wanted"]
    assert nas.heard() == [request]


CAUSES = [(401, "Unsupported-Attribute"), (404, "Invalid-Request"), (405, "Unsupported-Service"), (501, "Administratively-Prohibited"),
          (506, "Resources-Unavailable")]


@pytest.mark.parametrize("cause, name", CAUSES)
def test_a_permanent_cause_ends_the_attempts_O04_O05(provider, nas, user, cause, name):
    """(O-04, O-05) By number and name in what people see; the session goes on, shown as failed."""
    session = nas.dial(user)
    suspend(provider, user)
    nas.reply_to(asked(nas, "disconnect"), cause)
    shown = stands(provider, session, "failed")
    assert str(cause) in shown["why"] and name in shown["why"]
    tried, = attempts(provider, user["login"])
    assert (tried["result"], tried["error_cause"], tried["error_cause_name"]) == ("refused", cause, name)
    text = provider.cli("session", "attempts", "--login", user["login"], json=False)
    assert str(cause) in text and name in text
    assert len(nas.heard()) == 1 and session.state == "online"


@pytest.mark.parametrize("cause", [504, 4711, None])
def test_another_cause_is_tried_again_O04_O05(provider, nas, user, cause):
    """(O-04, O-05) Also a number that nobody named, and a NAK without one: kept, and tried again after a pause."""
    session = nas.dial(user)
    suspend(provider, user)
    first = asked(nas, "disconnect")
    nas.say(dynamic.reply(first.octets, DISCONNECT_NAK, nas.secret, *([] if cause is None else [error_cause(cause)])), first)
    tried, = attempts(provider, user["login"])
    assert (tried["result"], tried["error_cause"]) == ("refused", cause)
    shown = stands(provider, session, "pending")
    assert cause is None or str(cause) in shown["why"]
    second = until(lambda: len(nas.heard()) > 1 and nas.heard()[1], 20)
    assert second.authenticator != first.authenticator
    nas.reply_to(second)
    is_over(session)


def test_identifiers_are_unique_among_the_outstanding_O07(provider, nas):
    """(O-07) 300 sessions to end, 32 at a time; the simulator refuses an identifier that is still in use."""
    many = provider.subscriber(plan=provider.plan("--simultaneous", 0)["name"])
    sessions = [nas.begin(many["login"], many["password"]) for _ in range(300)]
    until(lambda: all(one.state == "online" for one in sessions), 30)
    suspend(provider, many)
    asked(nas, "disconnect", 32)
    outstanding = list(nas.outstanding)
    assert len(outstanding) == len(set(outstanding)) == 32 == nas.peak_outstanding
    nas.mode = "obeys"
    for request in nas.heard():
        nas.reply_to(request)
    until(lambda: all(one.state == "over" for one in sessions), 30)
    assert len(nas.heard()) == 300 and nas.peak_outstanding == 32


def test_the_first_request_after_a_start_works_O07(lone, concentrators):
    """(O-07) FreeRADIUS #5397."""
    nas, user = concentrators(lone), lone.subscriber()
    session = nas.dial(user)
    lone.restart()
    suspend(lone, user)
    is_over(session)
    assert len(nas.heard()) == 1 and len(nas.heard()[0].times) == 1


@pytest.mark.parametrize("code", [COA_REQUEST, DISCONNECT_REQUEST])
@pytest.mark.parametrize("port", ["auth", "acct", "ours"])
def test_our_ports_take_no_dynamic_requests_O11(provider, nas, user, code, port):
    """(O-11) Right in every octet and from a known NAS, to the port of authentication, of accounting, and to that which
    our own requests leave from: no answer, and a counter."""
    session = nas.dial(user)
    suspend(provider, user)
    ours = asked(nas, "disconnect")
    identification = attribute(USER_NAME, user["login"]), attribute(44, session.id), attribute(NAS_IP_ADDRESS, radius.address(nas.address))
    octets = dynamic.request(code, 77, nas.secret, *identification)
    before = provider.counters()
    target = {"auth": ("127.0.0.1", provider.auth_port), "acct": ("127.0.0.1", provider.acct_port), "ours": ours.source}[port]
    with radius.Peer(nas.address, target) as peer:
        peer.send(octets)
        def counted():
            by = moved(before, provider.counters())
            return sum(by.get(name, 0) for name in ("auth.unknown_type", "acct.unknown_type", "coa.unexpected", "coa.bad_reply")) == 1
        until(counted, SOON, what=lambda: f"{moved(before, provider.counters())}")
        assert peer.rest() == []
    assert session.state == "online"
    nas.reply_to(ours)
