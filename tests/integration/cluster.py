"""A private PostgreSQL behind a Unix socket, for daemons with an external database."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from radius import until


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

    def copy(self):
        """The data directory as it is now, from a stopped server."""
        kept = self.directory / "copy"
        subprocess.run(["cp", "-a", self.data, kept], check=True)
        return kept

    def fail_over_to(self, copy):
        """The copy takes the place of the (stopped) server: a standby that lagged, promoted."""
        shutil.rmtree(self.data)
        copy.rename(self.data)
        (self.data / "standby.signal").touch()
        self.start()
        self.tool("pg_ctl", "-w", "promote")

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
