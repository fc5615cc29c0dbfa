"""What is installed: the units are sound, the directories are GNU's."""
import os
import shutil
import subprocess

import pytest
from porteiro import BUILD


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    subprocess.run(["cmake", "--install", BUILD], check=True, capture_output=True, env={**os.environ, "DESTDIR": str(root)})
    (root / "bin").mkdir()
    shutil.copy("/bin/kill", root / "bin" / "kill")  # the system's own, which a unit may call
    return root


def units(installed):
    return sorted(path for path in installed.rglob("*") if path.suffix in (".service", ".timer", ".socket") and "systemd" in str(path))


def test_programs_are_installed(installed):
    places = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert any(place.endswith("sbin/porteirod") for place in places) and any(place.endswith("/bin/porteiro") for place in places), places


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_units_verify(installed):
    found = units(installed)
    assert any(path.name == "porteirod.service" for path in found), list(installed.rglob("*"))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--root", installed, *[path.name for path in found]], capture_output=True, text=True)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "porteiro" in line and "Unit " not in line]
    assert ours == [], "\n".join(ours)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_the_sandbox_is_tight(installed):
    service = next(path for path in units(installed) if path.name == "porteirod.service")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=30", service], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
