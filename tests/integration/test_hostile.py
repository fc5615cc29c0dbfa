"""Rows X-01, X-02, X-08, X-10, X-13: hostile names, secrets in the open, the admin socket, a second instance."""
import os
import pathlib
import socket
import stat
import subprocess

import pytest
import radius
from porteiro import BUILD, Provider
from radius import ACCESS_REJECT, until

CONFIG = {"log": {"level": "debug"}, "admin": {"admin_group": "www-data", "billing_group": "games", "read_group": "nogroup"}}

HOSTILE = [b"two\nlines level=error event=ready", b"escape\x1b[2J\x1b]0;x\x07", b"nul\0nul", b'quote" event="ready', b"%{User-Name}%s%n%x",
           "right\u202eleft".encode(), b"x" * 253, b"\xff\xfe\xc3\x28", b"'; drop table porteiro.login; --", b"back\\slash \\x41 \r tab\t"]


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--message-authenticator", "ignore")


@pytest.mark.parametrize("name", HOSTILE, ids=[f"name{n}" for n in range(len(HOSTILE))])
def test_X01_a_hostile_name_is_one_log_line(provider, nas, name):
    pid, since, before = provider.pid, provider.log_size(), provider.counters()
    assert nas.login(name, "guess").code == ACCESS_REJECT
    assert provider.counters()["auth.rejects"] - before["auth.rejects"] == 1
    until(lambda: provider.log("reject", since))
    lines = provider.log_lines(since)
    about = [line for line in lines if "event=reject" in line]
    assert len(about) == 1 and not provider.log("ready", since)
    assert all(32 <= ord(c) < 127 for line in lines for c in line), lines
    assert len(about[0]) < 1500
    assert provider.log("reject", since)[0]["reason"] == "unknown_login"
    assert provider.pid == pid
    until(lambda: [row for row in provider.cli("auth", "list", "--limit", 3) if row["reason"] == "unknown_login"])


def test_X08_no_text_becomes_sql(provider, nas):
    evil = "Robert'); drop table porteiro.client; --"
    client = provider.cli("client", "add", "--name", evil, "--person", "foreign", "--document", "x'||pg_sleep(9)||'")
    assert provider.cli("client", "show", client["id"])["name"] == evil
    for command in (["find", evil], ["client", "list", "--name", evil], ["auth", "list", "--login", "x' or '1'='1"],
                    ["session", "list", "--login", "x' or '1'='1"], ["history", "list", "--actor", "x' or '1'='1"]):
        rows = provider.cli(*command)
        assert all(evil in str(row) for row in rows)
    answer = provider.run("client", "list", "--sort", "name; drop table porteiro.client")
    assert answer.code in (1, 2)
    assert nas.account("x'; delete from porteiro.session; --", "X08", radius.START, radius.attribute(87, "'\";--\0")).code == 5
    assert [row for row in provider.cli("session", "list") if "delete from" in row["login"]]


def test_X10_mode_of_the_socket(provider):
    mode = os.stat(provider.socket)
    assert stat.S_ISSOCK(mode.st_mode) and stat.S_IMODE(mode.st_mode) == 0o660


needs_root = pytest.mark.skipif(os.getuid() != 0, reason="takes on other accounts: run as root")
PYTHON_PEER = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect(sys.argv[1])
try:
    s.sendall(b'{"id": 1, "command": "client list", "arguments": {}}\\n')
    print(s.recv(65536).decode())
except (ConnectionResetError, BrokenPipeError):
    print("closed")
"""


@needs_root
def test_X10_an_account_of_no_group_is_denied(provider):
    os.chmod(provider.socket, 0o666)  # only the credentials are between it and the daemon
    try:
        before = provider.counters()
        done = subprocess.run(["setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups", "/usr/bin/python3", "-c", PYTHON_PEER, provider.socket],
                              capture_output=True, text=True, timeout=20)
        assert "result" not in done.stdout, done
        assert provider.counters()["admin.denied"] - before["admin.denied"] == 1
    finally:
        os.chmod(provider.socket, 0o660)


@needs_root
@pytest.mark.parametrize("group, may, may_not", [
    ("www-data", [["client", "list"], ["plan", "add", "by-admin-group", "--download", "1M", "--upload", "1M"]], []),
    ("games", [["client", "list"], ["charge", "list"], ["billing", "run", "--dry-run"]], [["plan", "add", "p", "--download", "1M", "--upload", "1M"]]),
    ("nogroup", [["client", "list"], ["status"]], [["billing", "run"], ["plan", "add", "p", "--download", "1M", "--upload", "1M"]])])
def test_X10_groups_have_their_scopes(provider, group, may, may_not):
    wrapper = ["setpriv", "--reuid=nobody", "--regid=daemon", f"--groups={group}"]
    os.chmod(provider.socket, 0o666)
    try:
        for command in may:
            assert provider.run(*command, wrapper=wrapper).code == 0, command
        for command in may_not:
            answer = provider.run(*command, wrapper=wrapper)
            assert answer.code == 1 and answer.error["code"] == "denied", (command, answer)
    finally:
        os.chmod(provider.socket, 0o660)


def test_X13_a_stale_socket_is_replaced(lone):
    lone.kill9()
    assert lone.socket.exists()
    lone.start()
    assert lone.cli("status")["state"]


def test_X13_a_second_instance_is_refused(lone):
    second = subprocess.run([BUILD / "porteirod", "--config", lone.config_file], capture_output=True, text=True, timeout=30)
    assert second.returncode in (1, 78) and str(lone.directory) in second.stderr, second.stderr
    assert lone.cli("status")["state"] and lone.pid


def test_X13_a_symlink_is_not_followed():
    provider = Provider()
    try:
        precious = provider.directory / "precious"
        precious.write_text("keep me")
        provider.socket.symlink_to(precious)
        provider.start(wait=False)
        assert provider.process.wait(30) in (1, 78)
        assert str(provider.socket) in provider.log_tail()
        assert precious.read_text() == "keep me" and provider.socket.is_symlink()
    finally:
        provider.socket.unlink(missing_ok=True)
        try:
            provider.close()
        except AssertionError:
            assert provider.process.returncode in (1, 78)


def test_X02_secrets_are_nowhere_in_the_open(provider):
    canaries = ["canary-Nas-Secret-7361", "canary-Password-1f9e", "canary-Wrong-Guess-88", "canary-Chap-Pw-5c"]
    nas = provider.nas("--message-authenticator", "ignore", secret=canaries[0])
    user = provider.subscriber(password=canaries[1])
    outputs = []
    assert nas.login(user["login"], canaries[1]).code == 2
    assert nas.login(user["login"], canaries[2]).code == 3
    provider.cli("login", "set", user["login"], "--password", "-", stdin=canaries[3])
    challenge = os.urandom(16)
    until(lambda: nas.login(user["login"], None, radius.attribute(3, radius.chap(canaries[3], challenge)), radius.attribute(60, challenge)).code == 2)
    nas.account(user["login"], "X02", radius.START, radius.attribute(2, radius.pap(canaries[1], nas.secret, bytes(16))))
    for command in (["nas", "show", nas.name], ["nas", "list"], ["login", "show", user["login"]], ["login", "list"], ["status"], ["find", user["login"]],
                    ["login", "explain", user["login"]], ["history", "list"], ["auth", "list"], ["session", "list"],
                    ["nas", "set", nas.name, "--secret", canaries[0], "--vendor", "wrong"], ["login", "add", user["login"], "--contract", "0", "--password", canaries[1]]):
        for json in (True, False):
            answer = provider.run(*command, json=json)
            outputs.append(answer.out + answer.err)
    assert provider.cli("login", "show", user["login"])["password"] == "set" and provider.cli("nas", "show", nas.name)["secret"] == "set"
    dump = subprocess.run(["pg_dump", provider.dsn()], capture_output=True, timeout=60)
    assert dump.returncode == 0, dump.stderr
    key = (provider.directory / "key").read_text().strip()
    assert stat.S_IMODE((provider.directory / "key").stat().st_mode) == 0o400 and len(key) == 64
    places = {"output": "\n".join(outputs), "log": provider.log_file.read_text(errors="replace"), "dump": dump.stdout.decode(errors="replace"),
              "environment": pathlib.Path(f"/proc/{provider.pid}/environ").read_text(), "arguments": pathlib.Path(f"/proc/{provider.pid}/cmdline").read_text()}
    for canary in [*canaries, key, canaries[1].encode().hex()]:
        for place, text in places.items():
            assert canary not in text, f"a secret is in the {place}"


def test_X12_a_peer_that_never_reads_blocks_nobody(provider, nas):
    deaf = []
    try:
        for _ in range(8):
            peer = provider.admin()
            peer.setblocking(False)
            try:
                for _ in range(2000):
                    peer.send(b'{"id": 1, "command": "commands", "arguments": {}}\n')
            except (BlockingIOError, ConnectionError, BrokenPipeError):
                pass
            deaf.append(peer)
        assert nas.login("nobody", "x", timeout=2).code == ACCESS_REJECT
        assert provider.cli("status")["state"]
    finally:
        for peer in deaf:
            peer.close()


def test_X12_long_lines_deep_nesting_many_connections(provider):
    with provider.admin() as peer:
        peer.sendall(b"[" * 5000 + b"\n")
        assert b'"error"' in peer.recv(65536)
    with provider.admin() as peer:
        try:
            peer.sendall(b"x" * (1 << 21))
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass
    many = [provider.admin() for _ in range(100)]
    for peer in many:
        peer.close()
    assert until(lambda: provider.run("status").code == 0)
    assert provider.pid
