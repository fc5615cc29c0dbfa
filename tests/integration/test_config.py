"""The configuration, the signals, the exit statuses."""
import json
import os
import signal
import socket
import subprocess

import pytest
from porteiro import BUILD, ROOT, Provider
from radius import until


@pytest.fixture
def idle():
    """A provider whose daemon is not started."""
    own = Provider()
    try:
        yield own
    finally:
        own.process = None
        own.close()


def check(provider, text=None):
    if text is not None:
        provider.config_file.write_text(text)
    return subprocess.run([BUILD / "porteirod", "--check", "--config", provider.config_file], capture_output=True, text=True, timeout=30)


def test_check_of_a_good_one(idle):
    done = check(idle)
    assert done.returncode == 0, done.stderr
    assert not idle.state.exists(), "--check makes nothing"
    assert check(idle, "").returncode == 0, "every key has its default"


def test_check_of_the_shipped_example(idle):
    done = check(idle, (ROOT / "etc" / "porteiro.yaml").read_text())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text, line, words", [
    ("state_directry: /x\n", 1, ["state_directry", "state_directory"]),
    ("radius:\n  auth: 5\n", 2, ["auth"]),
    ("radius:\n  wrokers: 1\n", 2, ["wrokers", "workers"]),
    ("radius:\n  auth: [\"127.0.0.1:99999\"]\n", 2, ["99999"]),
    ("\nbilling: {pending_days: many}\n", 2, ["pending_days"]),
    ("billing:\n  pending_days: 20\n  block_days: 10\n", None, ["block_days"]),
    ("log: {level: loud}\n", 1, ["level", "info"]),
    ("timezone: Mars/Olympus\n", 1, ["timezone"]),
    ("radius: [\n", None, []),
    ("admin:\n  socket: relative/path\n", 2, ["socket"]),
    ("log: {level: info}\nlog: {level: debug}\n", 2, ["log"])])
def test_check_names_file_line_and_key(idle, text, line, words):
    done = check(idle, text)
    assert done.returncode == 78
    message = done.stderr.strip()
    assert str(idle.config_file) + (f":{line}" if line else "") in message, message
    assert all(word in message for word in words), message
    assert "\n" not in message
    started = subprocess.run([BUILD / "porteirod", "--config", idle.config_file], capture_output=True, text=True, timeout=30)
    assert started.returncode == 78


def test_missing_file_and_wrong_flags(idle):
    idle.config_file.unlink()
    assert check(idle).returncode == 78
    assert subprocess.run([BUILD / "porteirod", "--frobnicate"], capture_output=True, timeout=30).returncode in (1, 2, 64, 78)
    assert subprocess.run([BUILD / "porteirod", "--help"], capture_output=True, timeout=30).returncode == 0


def test_sigterm_is_exit_0_and_releases_everything(lone):
    assert lone.stop() == 0
    assert not lone.socket.exists() and lone.postmaster() is None
    lone.start()
    lone.signal(signal.SIGINT)
    assert lone.process.wait(20) == 0


def test_sigterm_lets_a_command_end_and_answers_it(lone):
    with lone.sql() as blocker, lone.admin() as peer, blocker.cursor() as cursor:
        cursor.execute("begin; lock table client in exclusive mode")
        peer.sendall(b'{"id": 1, "command": "client add", "arguments": {"name": "the last one", "person": "natural"}}\n')
        until(lambda: lone.psql("select 1 from pg_locks where not granted"), what="the command does not wait for the table")
        lone.signal(signal.SIGTERM)
        until(lambda: lone.log("stopping"), what=lone.log_tail)
        cursor.execute("commit")
        reply = json.loads(peer.makefile().readline())
    assert reply["result"]["name"] == "the last one", reply
    assert lone.process.wait(20) == 0


def test_a_taken_port(idle):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", idle.auth_port))
        idle.start(wait=False)
        assert idle.process.wait(30) in (1, 78)
    assert str(idle.auth_port) in idle.log_tail()
    assert idle.postmaster() is None


def test_reload_of_a_good_one(lone):
    since = lone.log_size()
    lone.write_config(log={"level": "debug"})
    lone.signal(signal.SIGHUP)
    until(lambda: lone.log("reloaded", since) or lone.log("reload", since), what=lone.log_tail)
    nas, user = lone.nas(), lone.subscriber()
    assert nas.login(user["login"], user["password"]).code == 2
    until(lambda: lone.log("accept", since), what="debug lines are not written")


def test_reload_of_a_bad_one_changes_nothing(lone):
    nas, user = lone.nas(), lone.subscriber()
    since = lone.log_size()
    lone.config_file.write_text("nonsense: 1\n")
    lone.signal(signal.SIGHUP)
    until(lambda: [line for line in lone.log_lines(since) if "nonsense" in line and "level=error" in line], what=lone.log_tail)
    assert nas.login(user["login"], user["password"]).code == 2
    assert lone.cli("status")["state"] and lone.pid


def test_reload_names_what_needs_a_restart(lone):
    since = lone.log_size()
    lone.write_config(timezone="America/Manaus")
    lone.signal(signal.SIGHUP)
    until(lambda: [line for line in lone.log_lines(since) if "timezone" in line and "restart" in line], what=lone.log_tail)


def test_reload_keeps_the_running_value_of_what_needs_a_restart(lone):
    lone.client()
    history = lone.cli("history", "list")  # its times are told in the time zone
    for _ in range(2):  # the second one compares with what runs, not with what the first one read
        since = lone.log_size()
        lone.write_config(timezone="Pacific/Kiritimati", log={"level": "debug"})
        lone.signal(signal.SIGHUP)
        until(lambda: lone.log("reloaded", since), what=lone.log_tail)
        assert [line for line in lone.log_lines(since) if "key=timezone" in line]
        assert lone.cli("history", "list") == history


def test_ready_is_notified(lone):
    """sd_notify: READY=1 when it can answer, STOPPING=1 at the end."""
    lone.stop()
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.bind(str(lone.directory / "notify"))
    notices.settimeout(15)
    os.environ["NOTIFY_SOCKET"] = str(lone.directory / "notify")
    try:
        lone.start()
    finally:
        del os.environ["NOTIFY_SOCKET"]
    seen = ""
    while "READY=1" not in seen:
        seen += notices.recv(4096).decode()
    lone.stop()
    while "STOPPING=1" not in seen:
        seen += notices.recv(4096).decode()
    notices.close()
