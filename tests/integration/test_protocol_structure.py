"""Rows P-01 to P-16: what is a RADIUS packet, and what happens to what is not one."""
import os
import struct

import pytest
import radius
from protocol import answered, discarded, exchange
from radius import ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_RESPONSE, attribute, vendor


@pytest.fixture(scope="module")
def nas(provider):
    """Not required, still verified when present: packets with and without Message-Authenticator are taken."""
    return provider.nas("--message-authenticator", "ignore")


@pytest.fixture(scope="module")
def user(provider):
    return provider.subscriber()


def request(nas, user, *attributes, **options):
    return radius.access_request(nas.secret, *attributes, login=user["login"], password=user["password"], **options)


def with_length(packet, length):
    return packet[:2] + struct.pack("!H", length) + packet[4:]


def broken(nas, body):
    """A packet whose attributes are these octets, whatever they are."""
    return radius.frame(radius.ACCESS_REQUEST, 1, os.urandom(16), body)


def test_P01_datagrams_below_20_octets(provider, nas, user):
    packet = request(nas, user)
    discarded(provider, nas, [packet[:n] for n in range(20)], {"auth.malformed": 20})
    discarded(provider, nas, [packet[:n] for n in range(20)], {"acct.malformed": 20}, "acct")


def test_P02_length_field_below_20(provider, nas, user):
    packet = request(nas, user)
    discarded(provider, nas, [with_length(packet, n) for n in (0, 1, 4, 19)], {"auth.malformed": 4})


def test_P03_length_field_above_the_datagram(provider, nas, user):
    packet = request(nas, user)
    discarded(provider, nas, [with_length(packet, len(packet) + n) for n in (1, 2, 300)], {"auth.malformed": 3})


@pytest.mark.parametrize("extra", [1, 2, 20, 300])
def test_P04_octets_beyond_length_are_padding(provider, nas, user, extra):
    packet = request(nas, user)
    raw, = exchange(provider, nas, packet + os.urandom(extra), {"auth.accepts": 1}, 1)
    assert radius.Reply(raw, packet, nas.secret).code == ACCESS_ACCEPT
    packet = radius.usage(nas.secret, user["login"], f"P04-{extra}", radius.START)
    raw, = exchange(provider, nas, packet + os.urandom(extra), {"acct.responses": 1}, 1, "acct")
    assert radius.Reply(raw, packet, nas.secret).code == ACCOUNTING_RESPONSE


def test_P05_the_longest_packet_has_4096_octets(provider, nas, user):
    room = 4096 - len(request(nas, user))
    filling = [attribute(222, bytes(253))] * (room // 255)
    filling.append(attribute(222, bytes(room % 255 - 2)))
    packet = request(nas, user, *filling)
    assert len(packet) == 4096
    answered(provider, nas, packet, ACCESS_ACCEPT)
    longer = with_length(packet + attribute(222, bytes(2)), 4100)
    discarded(provider, nas, [longer, with_length(packet + b"\0", 4097), with_length(packet + bytes(10000), 14096)], {"auth.malformed": 3})
    discarded(provider, nas, [with_length(packet, 4097), with_length(packet, 65535)], {"auth.malformed": 2})


def test_P06_a_datagram_above_the_buffer_is_not_parsed_truncated(provider, nas, user):
    packet = request(nas, user)
    discarded(provider, nas, packet + bytes(65507 - len(packet)), {"auth.malformed": 1})
    discarded(provider, nas, with_length(packet, 65507) + bytes(65507 - len(packet)), {"auth.malformed": 1})


@pytest.mark.parametrize("length", [0, 1])
def test_P07_attribute_length_0_or_1(provider, nas, length):
    good = attribute(radius.USER_NAME, "x")
    for body in (bytes([1, length]), good + bytes([4, length]) + good, good + bytes([80, length])):
        discarded(provider, nas, broken(nas, body), {"auth.malformed": 1})


def test_P08_attribute_past_the_end(provider, nas):
    good = attribute(radius.USER_NAME, "x")
    discarded(provider, nas, [broken(nas, good + bytes([4, 6, 1, 2, 3])), broken(nas, good + b"\x01"), broken(nas, bytes([1, 255]))],
              {"auth.malformed": 3})


def test_P09_attribute_type_0(provider, nas, user):
    discarded(provider, nas, [request(nas, user, attribute(0, "abc")), request(nas, user, attribute(0))], {"auth.malformed": 2})


def test_P10_more_than_200_attributes(provider, nas, user):
    few = [attribute(222, "x")] * 197  # with name, password and Message-Authenticator: 200
    answered(provider, nas, request(nas, user, *few), ACCESS_ACCEPT)
    discarded(provider, nas, request(nas, user, *few, attribute(222, "x")), {"auth.malformed": 1})
    discarded(provider, nas, broken(nas, attribute(222) * 2038), {"auth.malformed": 1})


def test_P11_values_of_no_octets(provider, nas, user):
    packet = radius.access_request(nas.secret, attribute(radius.USER_NAME), password="x")
    answered(provider, nas, packet, ACCESS_REJECT, deltas={"auth.rejects": 1})
    answered(provider, nas, request(nas, user, attribute(radius.CHARGEABLE_USER_IDENTITY)), ACCESS_ACCEPT)
    empty = [attribute(kind) for kind in (4, 5, 6, 24, 26, 30, 31, 32, 61, 87, 95, 97, 222, 241, 245)]
    answered(provider, nas, request(nas, user, *empty), ACCESS_ACCEPT)


@pytest.mark.parametrize("invalid", [
    attribute(4, bytes(3)), attribute(4, bytes(5)), attribute(5, bytes(3)), attribute(6, bytes(8)), attribute(8, bytes(16)),
    attribute(61, b"\1"), attribute(95, bytes(15)), attribute(96, bytes(7)), attribute(97, bytes(1)), attribute(97, bytes(19)),
    attribute(97, b"\0\x81" + bytes(16)), attribute(55, bytes(3))])
def test_P12_an_invalid_attribute_is_ignored(provider, nas, user, invalid):
    answered(provider, nas, request(nas, user, invalid), ACCESS_ACCEPT)
    packet = radius.usage(nas.secret, user["login"], f"P12-{invalid.hex()}", radius.START, invalid)
    answered(provider, nas, packet, ACCOUNTING_RESPONSE, "acct")


def test_P13_invalid_credentials_are_rejected(provider, nas, user):
    name = attribute(radius.USER_NAME, user["login"])
    for value in (b"", bytes(1), bytes(15), bytes(17), bytes(129), bytes(253)):
        packet = radius.access_request(nas.secret, name, attribute(radius.USER_PASSWORD, value))
        answered(provider, nas, packet, ACCESS_REJECT, deltas={"auth.rejects": 1})
    for value in (b"", bytes(16), bytes(18), bytes(253)):
        packet = radius.access_request(nas.secret, name, attribute(radius.CHAP_PASSWORD, value))
        answered(provider, nas, packet, ACCESS_REJECT, deltas={"auth.rejects": 1})


def test_P13_an_invalid_message_authenticator_is_discarded(provider, nas, user):
    for size in (0, 1, 15, 17, 253):
        before = provider.counters()
        with nas.auth() as peer:
            peer.send(request(nas, user, attribute(radius.MESSAGE_AUTHENTICATOR, bytes(size)), signed=False))
            after = radius.until(lambda: (now := provider.counters())["auth.requests"] > before["auth.requests"] and now)
            assert peer.rest() == []
        refused = ("auth.malformed", "auth.bad_authenticator")
        assert sum(after[name] - before[name] for name in refused) == 1
    assert provider.pid


@pytest.mark.parametrize("body", [
    b"", b"\0\0\0", b"\0\0\x3a\x8c", b"\0\0\x3a\x8c\x08", b"\0\0\x3a\x8c\x08\0", b"\0\0\x3a\x8c\x08\x01", b"\0\0\x3a\x8c\x08\xffabc",
    b"\0\0\x3a\x8c\x08\x05abc\x03", b"\0\0\x01\xad\0\1\0\0\0\7abc", b"\0\0\x15\x9f\0\0\0\1xyz", b"\0\0\x01\x37\x0a\x02", b"\xff" * 253])
def test_P14_an_invalid_vendor_attribute_is_ignored(provider, nas, user, body):
    answered(provider, nas, request(nas, user, attribute(26, body)), ACCESS_ACCEPT)
    packet = radius.usage(nas.secret, user["login"], f"P14-{len(body)}-{body[-2:].hex()}", radius.START, attribute(26, body))
    answered(provider, nas, packet, ACCOUNTING_RESPONSE, "acct")


def test_P15_an_unknown_vendor_is_ignored(provider, nas, user):
    unknown = vendor(4294967295, 1, os.urandom(200)) + vendor(61234, 7, b"") + attribute(26, b"\0\0\xef\x32" + os.urandom(100))
    answered(provider, nas, request(nas, user, unknown), ACCESS_ACCEPT)
    packet = radius.usage(nas.secret, user["login"], "P15", radius.START, unknown)
    answered(provider, nas, packet, ACCOUNTING_RESPONSE, "acct")


def test_P16_several_attributes_in_one_vendor_specific(provider, nas, user):
    several = attribute(26, struct.pack("!I", 14988) + bytes([9, 4]) + b"ab" + bytes([10, 6]) + bytes(4) + bytes([8, 3]) + b"x")
    answered(provider, nas, request(nas, user, several, several, vendor(14988, 9, "again")), ACCESS_ACCEPT)
