"""RADIUS as octets, in Python: an independent second opinion of what porteirod says.
Sources: RFC 2865 s3 and s5 (packets, PAP, CHAP), RFC 2866 s3, RFC 3579 s3.2 (Message-Authenticator), RFC 5997."""
import hashlib
import hmac
import os
import socket
import struct
import time

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE = 1, 2, 3, 4, 5
STATUS_SERVER = 12

USER_NAME, USER_PASSWORD, CHAP_PASSWORD, NAS_IP_ADDRESS, NAS_PORT, SERVICE_TYPE, FRAMED_PROTOCOL = 1, 2, 3, 4, 5, 6, 7
FRAMED_IP_ADDRESS, FILTER_ID, REPLY_MESSAGE, CLASS, VENDOR_SPECIFIC, SESSION_TIMEOUT = 8, 11, 18, 25, 26, 27
CALLING_STATION_ID, NAS_IDENTIFIER, PROXY_STATE, ACCT_STATUS_TYPE, ACCT_DELAY_TIME = 31, 32, 33, 40, 41
ACCT_INPUT_OCTETS, ACCT_OUTPUT_OCTETS, ACCT_SESSION_ID, ACCT_SESSION_TIME, ACCT_TERMINATE_CAUSE = 42, 43, 44, 46, 49
ACCT_INPUT_GIGAWORDS, ACCT_OUTPUT_GIGAWORDS, CHAP_CHALLENGE, NAS_PORT_TYPE, EAP_MESSAGE = 52, 53, 60, 61, 79
MESSAGE_AUTHENTICATOR, ACCT_INTERIM_INTERVAL, FRAMED_POOL, CHARGEABLE_USER_IDENTITY, FRAMED_IPV6_PREFIX = 80, 85, 88, 89, 97
START, STOP, INTERIM = 1, 2, 3


def octets(value):
    return value if isinstance(value, bytes) else value.encode()


def integer(value):
    return struct.pack("!I", value)


def address(text):
    return socket.inet_aton(text)


def attribute(kind, value=b""):
    value = octets(value)
    assert len(value) <= 253, "does not fit into one attribute"
    return bytes([kind, len(value) + 2]) + value


def vendor(number, kind, value):
    value = octets(value)
    return attribute(VENDOR_SPECIFIC, struct.pack("!IBB", number, kind, len(value) + 2) + value)


def pap(password, secret, authenticator):
    password = octets(password)
    padded = password + bytes(-len(password) % 16 if password else 16)
    out, last = b"", authenticator
    for at in range(0, len(padded), 16):
        pad = hashlib.md5(octets(secret) + last).digest()
        last = bytes(a ^ b for a, b in zip(padded[at:at + 16], pad))
        out += last
    return out


def chap(password, challenge, ident=7):
    return bytes([ident]) + hashlib.md5(bytes([ident]) + octets(password) + challenge).digest()


def frame(code, identifier, authenticator, attributes, length=None):
    return struct.pack("!BBH", code, identifier, len(attributes) + 20 if length is None else length) + authenticator + attributes


def sign(packet, secret, authenticator=None):
    """Fills the first Message-Authenticator of `packet`; `authenticator` stands in the header meanwhile."""
    if authenticator is not None:
        packet = packet[:4] + authenticator + packet[20:]
    at = 20
    while at + 2 <= len(packet):
        if packet[at] == MESSAGE_AUTHENTICATOR and packet[at + 1] == 18:
            clear = packet[:at + 2] + bytes(16) + packet[at + 18:]
            return packet[:at + 2] + hmac.new(octets(secret), clear, hashlib.md5).digest() + packet[at + 18:]
        at += max(packet[at + 1], 2)
    raise AssertionError("no Message-Authenticator to fill")


SIGNATURE = attribute(MESSAGE_AUTHENTICATOR, bytes(16))  # a place for it among the attributes


def access_request(secret, *attributes, login=None, password=None, identifier=None, authenticator=None, signed=True, where="last"):
    """An Access-Request with PAP; `where` says at which place the Message-Authenticator stands."""
    identifier = os.urandom(1)[0] if identifier is None else identifier
    authenticator = authenticator or os.urandom(16)
    parts = [attribute(USER_NAME, login)] if login is not None else []
    if password is not None:
        parts.append(attribute(USER_PASSWORD, pap(password, secret, authenticator)))
    parts += attributes
    if signed:
        parts.insert({"first": 0, "middle": len(parts) // 2, "last": len(parts)}[where], SIGNATURE)
    packet = frame(ACCESS_REQUEST, identifier, authenticator, b"".join(parts))
    return sign(packet, secret) if signed else packet


def accounting_request(secret, *attributes, identifier=None, signed=False):
    identifier = os.urandom(1)[0] if identifier is None else identifier
    body = b"".join(attributes) + (SIGNATURE if signed else b"")
    packet = frame(ACCOUNTING_REQUEST, identifier, bytes(16), body)
    if signed:
        packet = sign(packet, secret)
    return packet[:4] + hashlib.md5(packet + octets(secret)).digest() + packet[20:]


def usage(secret, login, session, status, *attributes, download=None, upload=None, seconds=None, nas="127.0.0.1", identifier=None):
    parts = [attribute(ACCT_STATUS_TYPE, integer(status)), attribute(ACCT_SESSION_ID, session), attribute(USER_NAME, login)]
    if nas is not None:
        parts.append(attribute(NAS_IP_ADDRESS, address(nas)))
    for value, low, high in ((upload, ACCT_INPUT_OCTETS, ACCT_INPUT_GIGAWORDS), (download, ACCT_OUTPUT_OCTETS, ACCT_OUTPUT_GIGAWORDS)):
        if value is not None:
            parts += [attribute(low, integer(value & 0xffffffff)), attribute(high, integer(value >> 32))]
    if seconds is not None:
        parts.append(attribute(ACCT_SESSION_TIME, integer(seconds)))
    return accounting_request(secret, *parts, *attributes, identifier=identifier)


def status_server(secret, *attributes, identifier=None, signed=True):
    identifier = os.urandom(1)[0] if identifier is None else identifier
    packet = frame(STATUS_SERVER, identifier, os.urandom(16), b"".join(attributes) + (SIGNATURE if signed else b""))
    return sign(packet, secret) if signed else packet


class Reply:
    """A reply to `request`, checked: framing, identifier, Response Authenticator, and the Message-Authenticator if there."""

    def __init__(self, raw, request, secret):
        self.raw = raw
        self.code, self.identifier, length = struct.unpack("!BBH", raw[:4])
        assert length == len(raw) <= 4096, "the reply's Length is not its length"
        assert self.identifier == request[1], "the reply carries another identifier"
        expected = hashlib.md5(raw[:4] + request[4:20] + raw[20:] + octets(secret)).digest()
        assert raw[4:20] == expected, "the Response Authenticator does not verify"
        self.attributes = []
        at = 20
        while at < len(raw):
            size = raw[at + 1] if at + 1 < len(raw) else 0
            assert size >= 2 and at + size <= len(raw), "the reply's attributes do not fit"
            self.attributes.append((raw[at], raw[at + 2:at + size]))
            at += size
        self.signed = any(kind == MESSAGE_AUTHENTICATOR for kind, _ in self.attributes)
        if self.signed:
            assert sign(raw, secret, request[4:20])[20:] == raw[20:], "the Message-Authenticator does not verify"

    def all(self, kind):
        return [value for found, value in self.attributes if found == kind]

    def get(self, kind):
        return next(iter(self.all(kind)), None)

    def integer(self, kind):
        value = self.get(kind)
        return None if value is None else struct.unpack("!I", value)[0]

    def vendor(self, number, kind):
        """Values of one vendor's attribute."""
        found = []
        for value in self.all(VENDOR_SPECIFIC):
            if struct.unpack("!I", value[:4])[0] == number and value[4] == kind:
                found.append(value[6:4 + value[5]])
        return found


class Peer:
    """A NAS's socket, bound to the address by which the daemon knows it."""

    def __init__(self, source, target):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind((source, 0))
        self.target = target
        self.came_from = None

    def send(self, packet):
        self.socket.sendto(packet, self.target)

    def receive(self, timeout=5.0):
        """The next datagram, or None when none comes in time."""
        self.socket.settimeout(max(timeout, 0.001))
        try:
            raw, self.came_from = self.socket.recvfrom(65536)
            return raw
        except TimeoutError:
            return None

    def rest(self, quiet=0.05):
        """All datagrams until none comes for `quiet` seconds."""
        found = []
        while (raw := self.receive(quiet)) is not None:
            found.append(raw)
        return found

    def ask(self, packet, secret, timeout=5.0):
        """Sends and returns the checked Reply, or None. Datagrams with another identifier are an error."""
        self.send(packet)
        raw = self.receive(timeout)
        return None if raw is None else Reply(raw, packet, secret)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def until(condition, timeout=10.0, every=0.01, what="it did not happen in time"):
    """Polls `condition` and returns its first true value."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(what() if callable(what) else what)
        time.sleep(every)
