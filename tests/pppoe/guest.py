"""The virtual machine: qemu in software, its kernel's console in a file, a shell on its second serial port."""
import base64
import itertools
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

import image

PATIENCE = 90  # seconds that anything in the guest may take: it has a tenth of this machine's speed


class Failed(AssertionError):
    pass


class Guest:
    def __init__(self):
        image.require_programs()
        parts = image.kernel()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pt-pppoe-", dir="/tmp"))
        self.console = self.directory / "console"
        self.numbers = itertools.count(1)
        self.unread = b""
        self.process = None
        try:
            self.boot(next(parts.glob("boot/vmlinuz-*")), image.initramfs(parts, self.directory))
        except BaseException:
            self.close()
            raise

    def boot(self, vmlinuz, initramfs):
        # The guest ends with us, however we end (setpriv), and with its own kernel (panic, no-reboot).
        self.process = subprocess.Popen(
            [image.program("setpriv"), "--pdeathsig", "KILL", image.program("qemu-system-x86_64"),
             "-machine", "pc,accel=tcg", "-cpu", "max", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
             "-kernel", vmlinuz, "-initrd", initramfs, "-append", "console=ttyS0 quiet panic=-1 mitigations=off nokaslr net.ifnames=0",
             "-netdev", "user,id=net", "-device", "e1000,netdev=net,romfile=",
             "-serial", f"file:{self.console}", "-serial", "stdio"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        self.read_until(b"READY\n")

    def read_until(self, end, timeout=PATIENCE):
        """What the shell wrote before `end`."""
        deadline = time.monotonic() + timeout
        while end not in self.unread:
            left = deadline - time.monotonic()
            ready = select.select([self.process.stdout], [], [], max(left, 0))[0]
            more = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not more:
                raise Failed(f"the guest {'ended' if ready else 'is silent'}: {self.unread.decode(errors='replace')}\n{self.console_tail()}")
            self.unread += more.replace(b"\r", b"")
        before, _, self.unread = self.unread.partition(end)
        return before

    def console_tail(self):
        return self.console.read_text(errors="replace")[-3000:] if self.console.exists() else ""

    def shell(self, command, timeout=PATIENCE):
        """Exit status and output of a command for the guest's shell."""
        number = next(self.numbers)
        self.process.stdin.write(f"{number} {base64.b64encode(command.encode()).decode()}\n".encode())
        output = self.read_until(f"END {number} ".encode(), timeout)
        return int(self.read_until(b"\n")), output.decode(errors="replace")

    def run(self, command, timeout=PATIENCE):
        """The output of a command that must work."""
        status, output = self.shell(command, timeout)
        if status != 0:
            raise Failed(f"in the guest, {command}: exit {status}\n{output}")
        return output

    def close(self):
        try:
            if self.process is not None:
                self.process.kill()
                self.process.wait(10)
                self.process.stdin.close()
                self.process.stdout.close()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
