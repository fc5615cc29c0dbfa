"""Fixtures: `provider` is one daemon per test file, `lone` a daemon per test (for tests that break things)."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from porteiro import Provider  # noqa: E402
from radius import until  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--only", default="", help="run only the tests whose name contains this text")


def pytest_configure(config):
    config.addinivalue_line("markers", "threaded: worth running under ThreadSanitizer")
    config.addinivalue_line("markers", "slow: left out of the run under AddressSanitizer")


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("--only")
    if wanted:
        items[:] = [item for item in items if wanted in item.nodeid]


@pytest.fixture(scope="module")
def provider(request):
    """Shared by the tests of a file; its settings may stand in the file as CONFIG."""
    shared = Provider(config=getattr(request.module, "CONFIG", None))
    try:
        yield shared.start()
    finally:
        shared.close()


@pytest.fixture
def lone(request):
    """A daemon that this test may kill."""
    own = Provider(config=getattr(request.module, "CONFIG", None))
    try:
        yield own.start()
    finally:
        own.close()


class Cluster:
    """A private PostgreSQL behind a Unix socket, for daemons with an external database."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pt-db-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[-1]
        self.account = []
        if os.getuid() == 0:
            shutil.chown(self.directory, "postgres")
            self.account = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self.data = self.directory / "data"
        self.tool("initdb", "-U", "porteiro", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def tool(self, program, *arguments):
        subprocess.run([*self.account, self.bin / program, "-D", self.data, *arguments], check=True, cwd="/",
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self):
        self.tool("pg_ctl", "-w", "-l", self.directory / "log", "-o",
                  f"-c listen_addresses= -c unix_socket_directories={self.directory} -c fsync=off -c jit=off", "start")
        return self

    def stop(self):
        self.tool("pg_ctl", "-m", "immediate", "stop")

    @property
    def connection(self):
        return f"host={self.directory} user=porteiro dbname=postgres"

    def close(self):
        try:
            if (self.data / "postmaster.pid").exists():
                pid = int((self.data / "postmaster.pid").read_text().split()[0])
                os.kill(pid, signal.SIGQUIT)
                until(lambda: not (self.data / "postmaster.pid").exists(), 10)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)


@pytest.fixture
def cluster():
    own = Cluster()
    try:
        yield own
    finally:
        own.close()


def pytest_make_parametrize_id(val):
    return (val.hex()[:16] or "empty") if isinstance(val, bytes) else None
