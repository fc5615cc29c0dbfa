"""The admin socket as other programs speak it: JSON lines."""
import json

import pytest


class Lines:
    def __init__(self, provider):
        self.peer = provider.admin()
        self.file = self.peer.makefile("r", encoding="utf-8")

    def send(self, line):
        self.peer.sendall((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")

    def read(self):
        return json.loads(self.file.readline())

    def ask(self, line):
        self.send(line)
        return self.read()

    def close(self):
        self.file.close()
        self.peer.close()


@pytest.fixture
def lines(provider):
    own = Lines(provider)
    yield own
    own.close()


def test_request_and_reply(lines):
    reply = lines.ask({"id": 1, "command": "status", "arguments": {}})
    assert reply["id"] == 1 and reply["result"]["state"] and "error" not in reply
    assert lines.ask({"id": "seven", "command": "status"})["id"] == "seven"


def test_many_requests_on_one_connection(lines):
    for number in range(50):
        lines.send({"id": number, "command": "status" if number % 2 else "client list", "arguments": {}})
    replies = [lines.read() for _ in range(50)]
    assert sorted(reply["id"] for reply in replies) == list(range(50)) and all("result" in reply for reply in replies)


@pytest.mark.parametrize("line", [b"", b"nonsense", b"[]", b"17", b'{"id": 1', b'{"id": 1}', b'{"command": "status"}', b'\xff\xfe', b'{"id": 1, "command": 5}',
                                  b'{"id": 1, "command": "status", "arguments": []}', b'{"id": 1, "command": "status", "extra": 1}', b"[" * 100,
                                  b'{"id": 1, "command": "no such"}', b'{"id": [], "command": "status"}', b'{"id": 1, "command": "help"}'])
def test_a_malformed_line_gets_an_error_and_the_connection_goes_on(lines, line):
    lines.send(line)
    if line:
        reply = lines.read()
        assert set(reply["error"]) == {"code", "field", "message"} and reply["error"]["code"] in ("usage", "not_found", "invalid")
    reply = lines.ask({"id": 9, "command": "status", "arguments": {}})
    if reply["id"] != 9:  # an empty line may be an error or nothing
        reply = lines.read()
    assert reply["id"] == 9 and "result" in reply


def test_errors_have_codes(provider, lines):
    cases = [("client show", {"id": 999999999}, "not_found"), ("client add", {}, "usage"), ("client add", {"name": "x", "person": "martian"}, "invalid"),
             ("client add", {"nmae": "x"}, "usage"), ("client list", {"limit": {"a": 1}}, None)]
    for command, arguments, code in cases:
        error = lines.ask({"id": 1, "command": command, "arguments": arguments})["error"]
        assert code is None or error["code"] == code, (command, error)
    plan = provider.plan()
    assert lines.ask({"id": 1, "command": "plan add", "arguments": {"name": plan["name"], "download": "1M", "upload": "1M"}})["error"]["code"] == "conflict"


def test_numbers_and_texts_both_serve(lines):
    reply = lines.ask({"id": 1, "command": "plan add", "arguments": {"name": "typed plan", "download": 1000000, "upload": "2M", "price": "9.90", "reply": ["Idle-Timeout=5"]}})
    assert reply["result"]["download"] == 1_000_000 and reply["result"]["upload"] == 2_000_000 and reply["result"]["reply"] == ["Idle-Timeout=5"]


def test_commands_is_the_table(lines):
    table = lines.ask({"id": 1, "command": "commands", "arguments": {}})["result"]
    names = {row["command"] for row in table}
    assert {"status", "nas add", "login show", "contract suspend", "billing run", "auth list", "find", "subscriber add", "commands"} <= names
    for row in table:
        assert row["summary"] and row["access"] in ("read", "billing", "admin") and isinstance(row["arguments"], list)


def test_a_peer_that_leaves_in_the_middle(provider):
    for _ in range(20):
        lines = Lines(provider)
        lines.send({"id": 1, "command": "client list", "arguments": {}})
        lines.peer.sendall(b'{"id": 2, "comm')
        lines.close()
    assert provider.cli("status")["state"] and provider.pid
