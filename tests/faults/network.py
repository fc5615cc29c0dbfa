"""The emulated NAS and subscribers of one provider, and the program that plays them (acct_load)."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import porteiro  # noqa: E402
import psycopg2.extras  # noqa: E402
from radius import until  # noqa: E402

SECRET, PASSWORD = "a-secret-of-the-faults", "a-password"


class Network:
    def __init__(self, provider, nas=8, accounts=200, simultaneous=0, seed=1):
        self.provider, self.seed, self.runs = provider, seed, []
        self.folder = provider.directory / "network"
        self.folder.mkdir(exist_ok=True)
        self.ledger = self.folder / "ledger"
        self.nas = [provider.nas(secret=SECRET) for _ in range(nas)]
        self.logins = self.add_logins(accounts, simultaneous)
        self.nas_file = self.write("nas", [f"{one.address} {SECRET}" for one in self.nas])
        self.accounts_file = self.write("accounts", [f"{login} {PASSWORD}" for login in self.logins])

    def write(self, name, lines):
        file = self.folder / name
        file.write_text("\n".join(lines) + "\n")
        return file

    def add_logins(self, count, simultaneous):
        """All on one contract; in one transaction, since a command for each would take minutes."""
        provider = self.provider
        plan = provider.plan("--simultaneous", simultaneous)
        contract = provider.cli("contract", "add", "--client", provider.client()["id"], "--plan", plan["name"], "--due-day", 10)
        names = [f"{provider.name('caller')}@isp.example" for _ in range(count)]
        ids = [row[0] for row in provider.psql("select nextval(pg_get_serial_sequence('login', 'id')) from generate_series(1, %s)", count)]
        sealed = subprocess.run([porteiro.BUILD / "tests" / "seal_logins", provider.directory / "key", PASSWORD], check=True, text=True,
                                input="".join(f"{one}\n" for one in ids), capture_output=True).stdout.split()
        rows = [(one, name, contract["id"], plan["id"], bytes.fromhex(octets)) for one, name, octets in zip(ids, names, sealed)]
        with provider.sql() as connection, connection.cursor() as cursor:
            psycopg2.extras.execute_values(
                cursor, "insert into login (id, login, contract_id, plan_id, password) overriding system value values %s", rows, page_size=len(rows))
        provider.wait_login(names[-1])
        return names

    # -- the program

    def start(self, **options):
        """acct_load with these options, `_` for `-`; ended by finish()."""
        options = {"auth": self.provider.auth_port, "acct": self.provider.acct_port, "nas": self.nas_file, "accounts": self.accounts_file,
                   "ledger": self.ledger, "seed": self.seed, **options}
        arguments = [str(part) for key, value in options.items() for part in ("--" + key.replace("_", "-"), value)]
        self.runs.append(subprocess.Popen([porteiro.BUILD / "tests" / "acct_load", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True))
        return self.runs[-1]

    def finish(self, run, timeout=600):
        """Its JSON, once it has ended by itself."""
        out, _ = run.communicate(timeout=timeout)
        assert run.returncode == 0, f"acct_load ended with {run.returncode}"
        self.runs.remove(run)
        return json.loads(out)

    def end(self, run, timeout=600):
        """Lets the sessions under way come to their ends, and no more begin."""
        run.send_signal(signal.SIGTERM)
        return self.finish(run, timeout)

    def play(self, **options):
        return self.finish(self.start(**options))

    def close(self):
        for run in self.runs:
            run.kill()
            run.wait()

    # -- what the daemon and its database say

    def journal(self):
        return self.provider.cli("status")["journal"]

    def wait_drained(self, timeout=300):
        def drained():
            with contextlib.suppress(AssertionError):  # the daemon is not up yet
                return self.journal()["depth"] == 0
        until(drained, timeout * porteiro.SLOWER, 0.05, what=lambda: f"the journal was not drained: {self.journal()}\n{self.provider.log_tail()}")

    def acknowledged(self):
        """How many records, up to now."""
        with open(self.ledger, "rb") as ledger:
            return sum(line.startswith(b"A") for line in ledger)

    def wait_for_work(self, octets, run, timeout=60):
        """Until the ledger has grown by so many octets."""
        goal = self.ledger_size() + octets
        def grown():
            assert run.poll() is None, "acct_load has ended"
            return self.ledger_size() >= goal
        until(grown, timeout * porteiro.SLOWER, what=lambda: "nothing is acknowledged:\n" + self.provider.log_tail())

    def ledger_size(self):
        return os.stat(self.ledger).st_size if self.ledger.exists() else 0


@contextlib.contextmanager
def network(database="embedded", config=None, **options):
    """A provider with its network, both ended afterwards."""
    provider = porteiro.Provider(database=database, config=config)
    own = None
    try:
        own = Network(provider.start(), **options)
        yield own
    finally:
        if own is not None:
            own.close()
        provider.close()
