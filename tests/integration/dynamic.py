"""RFC 5176 as octets, the NAS's side and (for radclient's place) the server's: an independent second opinion.
Sources: RFC 5176 s2.3 (packets, authenticators), s3 (attributes), s3.4 (Message-Authenticator), s3.5 (Error-Cause)."""
import hashlib
import hmac
import struct

import radius
from radius import MESSAGE_AUTHENTICATOR, SIGNATURE, attribute, integer, octets

DISCONNECT_REQUEST, DISCONNECT_ACK, DISCONNECT_NAK, COA_REQUEST, COA_ACK, COA_NAK = range(40, 46)
EVENT_TIMESTAMP, ERROR_CAUSE = 55, 101
MIKROTIK, RATE_LIMIT, ADDRESS_LIST = 14988, 8, 19


def hmac_md5(secret, data):
    return hmac.digest(octets(secret), data, "md5")


def find_signature(packet):
    """Where the value of the Message-Authenticator stands; None: there is none."""
    at = 20
    while at + 2 <= len(packet):
        if packet[at] == MESSAGE_AUTHENTICATOR:
            return at + 2
        at += max(packet[at + 1], 2)
    return None


def without_signature(packet, at, authenticator):
    return packet[:4] + authenticator + packet[20:at] + bytes(16) + packet[at + 16:]


def request(code, identifier, secret, *attributes, signed=True):
    """A request as a server makes it."""
    body = (SIGNATURE if signed else b"") + b"".join(attributes)
    packet = radius.frame(code, identifier, bytes(16), body)
    if signed:
        packet = packet[:22] + hmac_md5(secret, packet) + packet[38:]
    return packet[:4] + hashlib.md5(packet + octets(secret)).digest() + packet[20:]


def reply(asked, code, secret, *attributes, signed=True, identifier=None):
    """What a NAS says to `asked` (octets)."""
    body = (SIGNATURE if signed else b"") + b"".join(attributes)
    packet = radius.frame(code, asked[1] if identifier is None else identifier, asked[4:20], body)
    if signed:
        packet = packet[:22] + hmac_md5(secret, packet) + packet[38:]
    return packet[:4] + hashlib.md5(packet + octets(secret)).digest() + packet[20:]


def error_cause(number):
    return attribute(ERROR_CAUSE, integer(number))


class Malformed(AssertionError):
    pass


class Request:
    """A Disconnect- or CoA-Request as it was heard: its octets, from where, when and how often."""

    def __init__(self, raw, source, at):
        if len(raw) < 20:
            raise Malformed("below 20 octets")
        self.octets, self.source, self.times = raw, source, [at]
        self.code, self.identifier, length = struct.unpack("!BBH", raw[:4])
        self.authenticator = raw[4:20]
        if length != len(raw) or length > 4096 or self.code not in (DISCONNECT_REQUEST, COA_REQUEST):
            raise Malformed(f"code {self.code}, length {length} of {len(raw)} octets")
        self.attributes, at = [], 20
        while at < len(raw):
            size = raw[at + 1] if at + 1 < len(raw) else 0
            if size < 2 or at + size > len(raw):
                raise Malformed("an attribute does not fit")
            self.attributes.append((raw[at], raw[at + 2:at + size]))
            at += size
        self.reply = None      # once it was decided
        self.answered = False  # the reply left at least once
        self.verdict = "heard"  # or "dropped", "ack", "nak 503"
        self.session = None

    @property
    def kind(self):
        return "disconnect" if self.code == DISCONNECT_REQUEST else "coa"

    def verifies(self, secret):
        """Its Request Authenticator, and the Message-Authenticator if there is one."""
        blank = self.octets[:4] + bytes(16) + self.octets[20:]
        if hashlib.md5(blank + octets(secret)).digest() != self.authenticator:
            return False
        at = find_signature(self.octets)
        return at is None or hmac_md5(secret, without_signature(self.octets, at, bytes(16))) == self.octets[at:at + 16]

    def get(self, kind):
        return next((value for found, value in self.attributes if found == kind), None)

    def text(self, kind):
        value = self.get(kind)
        return None if value is None else value.decode()

    def vendor(self, number, kind):
        head = struct.pack("!IB", number, kind)
        return next((value[6:].decode() for found, value in self.attributes if found == 26 and value[:5] == head), None)

    def kinds(self):
        """The attributes that it has: numbers, and vendor/number."""
        return {f"{struct.unpack('!I', value[:4])[0]}/{value[4]}" if kind == 26 else kind for kind, value in self.attributes}

    def change(self):
        """What a CoA-Request of RouterOS' wants changed."""
        said = {"rate": self.vendor(MIKROTIK, RATE_LIMIT), "list": self.vendor(MIKROTIK, ADDRESS_LIST), "filter": self.text(11)}
        return {name: value for name, value in said.items() if value is not None}

    def __repr__(self):
        return f"{self.kind} id {self.identifier} of port {self.source[1]} heard {len(self.times)} times: {self.verdict} {self.attributes}"
