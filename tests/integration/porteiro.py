"""A real porteirod with a real database in a directory of its own, and what a test asks of it."""
import contextlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import psycopg2

import radius
from radius import Peer, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PORTEIRO_BUILD", ROOT / "build" / "release"))
SLOWER = 4 if BUILD.name in ("asan", "tsan", "debug") else 1  # sanitizers take their time

LOG_PAIR = re.compile(r'([A-Za-z_][\w.]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')
SANITIZER = re.compile(r"ERROR: AddressSanitizer|WARNING: ThreadSanitizer|runtime error:|ERROR: LeakSanitizer|Sanitizer:DEADLYSIGNAL")
CPF_STEMS = itertools.count(random.Random(os.getpid()).randrange(10_000_000, 80_000_000) * 10)


def fresh_cpf():
    """A CPF with right check digits that no other test of this run has."""
    digits = f"{next(CPF_STEMS):09d}"
    for weight in (10, 11):
        rest = sum(int(d) * (weight - i) for i, d in enumerate(digits)) % 11
        digits += str(0 if rest < 2 else 11 - rest)
    return digits


def free_port():
    """A UDP port of 127.0.0.1 below the kernel's own choice, so that no client socket takes it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.bind(("0.0.0.0", port))
            return port


def free_ports():
    """Two that differ."""
    first, second = free_port(), free_port()
    return (first, second) if first != second else free_ports()


def yaml(settings, indent=""):
    lines = []
    for key, value in settings.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", yaml(value, indent + "  ").rstrip("\n")]
        else:
            lines.append(f"{indent}{key}: {json.dumps(value)}")
    return "\n".join(lines) + "\n"


class Answer:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        """The error object of a refused --json command."""
        return self.json["error"]

    def __repr__(self):
        return f"exit {self.code}\nout: {self.out}\nerr: {self.err}"


class Nas:
    """A concentrator known to the daemon, with a loopback address of its own."""

    def __init__(self, provider, name, address, secret):
        self.provider, self.name, self.address, self.secret = provider, name, address, secret

    def auth(self):
        return Peer(self.address, ("127.0.0.1", self.provider.auth_port))

    def acct(self):
        return Peer(self.address, ("127.0.0.1", self.provider.acct_port))

    def login(self, login, password, *attributes, timeout=5.0, **options):
        """One Access-Request from a new socket; the checked Reply, or None."""
        with self.auth() as peer:
            return peer.ask(radius.access_request(self.secret, *attributes, login=login, password=password, **options), self.secret, timeout)

    def account(self, login, session, status, *attributes, timeout=5.0, **numbers):
        with self.acct() as peer:
            return peer.ask(radius.usage(self.secret, login, session, status, *attributes, **numbers), self.secret, timeout)


class Provider:
    def __init__(self, database="embedded", config=None, keep_directory=None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pt-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.auth_port, self.acct_port = free_ports()
        self.socket = self.directory / "admin.sock"
        self.state = self.directory / "state"
        self.config_file = self.directory / "porteiro.yaml"
        self.log_file = self.directory / "log"
        self.settings = {
            "state_directory": str(self.state), "key_file": str(self.directory / "key"), "database": database,
            "radius": {"auth": [f"127.0.0.1:{self.auth_port}"], "acct": [f"127.0.0.1:{self.acct_port}"]},
            "admin": {"socket": str(self.socket)}, "log": {"level": "info"}}
        for key, value in (config or {}).items():
            if isinstance(value, dict):
                self.settings.setdefault(key, {}).update(value)
            else:
                self.settings[key] = value
        self.write_config()
        self.process = None
        self.environment = {"TZ": "UTC"}
        self.names, self.noticeless = itertools.count(1), False
        self.addresses = itertools.count(random.SystemRandom().randrange(256, 4_000_000))

    # -- the daemon

    def write_config(self, **changes):
        self.settings.update(changes)
        self.config_file.write_text(yaml(self.settings))

    def start(self, wait=True, records=True):
        """Waits until it is ready; without `records`, ready to serve from its snapshot will do."""
        self.log_from = self.log_file.stat().st_size if self.log_file.exists() else 0
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([BUILD / "porteirod", "--config", self.config_file], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env={**os.environ, **self.environment})
        if wait:
            self.wait_ready(records=records)
        return self

    def wait_ready(self, timeout=15 * SLOWER, records=True):
        def ready():
            assert self.process.poll() is None, f"porteirod ended with {self.process.returncode}:\n{self.log_tail()}"
            # it may serve from its snapshot first, which knows nobody who is online
            loaded = not records or any("logins" in line for line in self.log("directory_loaded", since=self.log_from))
            return loaded and self.log("ready", since=self.log_from)
        until(ready, timeout, what=lambda: "porteirod did not become ready:\n" + self.log_tail())

    @property
    def pid(self):
        assert self.process.poll() is None, f"porteirod ended with {self.process.returncode}:\n{self.log_tail()}"
        return self.process.pid

    def signal(self, number):
        os.kill(self.pid, number)

    def stop(self, timeout=15 * SLOWER):
        """SIGTERM; its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout)

    def kill9(self):
        self.process.kill()
        self.process.wait(10)

    def restart(self):
        assert self.stop() == 0, self.log_tail()
        return self.start()

    def close(self):
        """Ends the daemon and its database, removes the directory; an unclean end is an error."""
        status = 0
        try:
            if self.process is not None and self.process.poll() is None:
                status = self.stop()
        except subprocess.TimeoutExpired:
            self.kill9()
            status = "a SIGKILL, since SIGTERM did not end it"
        self.end_postmaster()
        log = self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
        shutil.rmtree(self.directory, ignore_errors=True)
        assert not SANITIZER.search(log), log[-20000:]
        assert status in (0, -signal.SIGKILL), f"porteirod ended with {status}:\n{log[-4000:]}"

    def postmaster(self):
        """Pid of the embedded server, if it lives."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.state / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])
            if str(self.state) in pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                return pid
        return None

    def database_processes(self):
        pid = self.postmaster()
        if pid is None:
            return []
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
        return [pid, *map(int, children)]

    @contextlib.contextmanager
    def database_hangs(self):
        """Stopped, not gone. The postmaster first, so that no process is born; one that had little to do may end."""
        postmaster, *_ = self.database_processes()
        os.kill(postmaster, signal.SIGSTOP)
        processes = self.database_processes()
        try:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def end_postmaster(self):
        """What a killed daemon may have left behind."""
        if (pid := self.postmaster()) is not None:
            for process in self.database_processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)
            os.kill(pid, signal.SIGQUIT)
            with contextlib.suppress(AssertionError):
                until(lambda: self.postmaster() is None, 10)

    # -- its log

    def log_size(self):
        return self.log_file.stat().st_size

    def log_lines(self, since=0):
        with open(self.log_file, "rb") as file:
            file.seek(since)
            return file.read().decode("utf-8", "replace").split("\n")[:-1]

    def log(self, event, since=0):
        """The lines of one event, as dictionaries."""
        found = []
        for line in self.log_lines(since):
            fields = {key: quoted or bare for key, quoted, bare in LOG_PAIR.findall(line)}
            if fields.get("event") == event:
                found.append(fields)
        return found

    def log_tail(self, lines=30):
        return "\n".join(self.log_lines()[-lines:]) if self.log_file.exists() else "(no log)"

    # -- the command line

    def run(self, *arguments, json=True, stdin=None, env=None, wrapper=(), timeout=20 * SLOWER):
        command = [*wrapper, BUILD / "porteiro", "--socket", self.socket, *(["--json"] if json else []), *map(str, arguments)]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, env={**os.environ, **(env or {})})
        assert not SANITIZER.search(done.stderr), done.stderr
        return Answer(done)

    def cli(self, *arguments, json=True, stdin=None):
        """A command that must work; its JSON (or text)."""
        answer = self.run(*arguments, json=json, stdin=stdin)
        assert answer.code == 0, f"porteiro {' '.join(map(str, arguments))}: {answer!r}"
        return answer.json if json else answer.out

    def refused(self, *arguments, stdin=None):
        """A command that must be refused (exit 1); its error object."""
        answer = self.run(*arguments, stdin=stdin)
        assert answer.code == 1, f"porteiro {' '.join(map(str, arguments))}: {answer!r}"
        return answer.error

    def admin(self):
        """A raw connection to the admin socket: a file of lines both ways."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(str(self.socket))
        return connection

    def counters(self):
        return self.cli("status")["counters"]

    # -- the database

    def dsn(self):
        """How libpq reaches the database."""
        told = self.settings["database"]
        return told if told != "embedded" else f"host={self.state}/postgres/run dbname=porteiro user=porteiro"

    @contextlib.contextmanager
    def sql(self):
        """A connection as the owner, in autocommit."""
        connection = psycopg2.connect(self.dsn())
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("set search_path to porteiro, public")
            yield connection
        finally:
            connection.close()

    def psql(self, statement, *parameters):
        """Runs one statement; its rows, if it has any."""
        with self.sql() as connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    # -- records

    def cut_without_notice(self):
        """Debts close access without a notice, however many: for tests of what follows."""
        if not self.noticeless:
            for setting, value in (("ladder.require_notice", "no"), ("guard.percent", 0), ("guard.number", 0)):
                self.cli("setting", "set", setting, value)
        self.noticeless = True
        return self

    def name(self, stem):
        return f"{stem}{next(self.names)}-{os.getpid()}"

    def free_address(self):
        """A loopback address that no other NAS of this provider has."""
        number = next(self.addresses)
        return f"127.{1 + number // 64516 % 254}.{1 + number // 254 % 254}.{1 + number % 254}"

    def nas(self, *flags, address=None, secret="a secret of the test", prefix=None):
        address = address or self.free_address()
        name = self.name("bras")
        self.cli("nas", "add", name, "--address", prefix or address, "--secret", "-", *flags, stdin=secret)
        self.wait_nas(name)
        return Nas(self, name, address, secret)

    def wait_nas(self, name):
        until(lambda: name in self.cli("status")["nas"], 3 * SLOWER, what=f"{name} is not in the directory")

    def wait_login(self, login):
        """A change is in force within a second, not before the command returns."""
        def known():
            rules = {rule["rule"]: rule["outcome"] for rule in self.cli("login", "explain", login)["rules"]}
            return rules["unknown_login"] == rules["contract_cancelled"] == "passed"
        until(known, 3 * SLOWER, what=f"{login} is not in the directory")

    def plan(self, *flags, download="300M", upload="150M"):
        return self.cli("plan", "add", self.name("plan"), "--download", download, "--upload", upload, *flags)

    def client(self, *flags, name="João da Silva"):
        return self.cli("client", "add", "--name", name, "--person", "natural", "--document", fresh_cpf(), *flags)

    def subscriber(self, *flags, plan=None, login=None, password="senha do teste", contract=()):
        """A client with one contract and one login. Returns {client, contract, login (its name), password, plan}."""
        plan = plan or self.plan()["name"]
        client = self.client()
        agreed = self.cli("contract", "add", "--client", client["id"], "--plan", plan, "--due-day", 10, *contract)
        login = login or self.name("user") + "@isp.example"
        self.cli("login", "add", login, "--contract", agreed["id"], "--password", "-", *flags, stdin=password)
        self.wait_login(login)
        return {"client": client["id"], "document": client["document"], "contract": agreed["id"], "login": login,
                "password": password, "plan": plan}

    # -- real RADIUS clients

    def radclient(self, nas, kind, pairs, *flags, tries=1, timeout=3):
        """freeradius' radclient from the NAS's address; its exit status and text."""
        port = self.acct_port if kind == "acct" else self.auth_port
        lines = "".join(f"{pair}\n" for pair in [*pairs, f"Packet-Src-IP-Address = {nas.address}"])
        secret = self.directory / "secret"
        secret.write_text(nas.secret + "\n")
        done = subprocess.run(["radclient", "-x", "-r", str(tries), "-t", str(timeout), "-S", secret, *flags, f"127.0.0.1:{port}", kind],
                              input=lines, capture_output=True, text=True, timeout=20)
        return done.returncode, done.stdout + done.stderr
