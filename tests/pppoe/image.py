"""The guest's parts: Debian's kernel from its package, unpacked and never installed, and an initramfs made of the host's programs."""
import fcntl
import os
import pathlib
import platform
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "pppoe"
OURS = pathlib.Path(__file__).resolve().parent / "guest"

PROGRAMS = ["pppd", "pppoe-server", "pppoe", "ip", "chrt"]
PACKAGES = {"qemu-system-x86_64": "qemu-system-x86", "pppd": "ppp", "pppoe-server": "pppoe", "busybox": "busybox-static",
            "ip": "iproute2", "depmod": "kmod", "cpio": "cpio", "chrt": "util-linux", "setpriv": "util-linux"}
PATHS = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

# The kernel's package holds 400 MB of modules: these are ours, with everything that they depend on.
MODULES = ["*/kernel/drivers/net/ppp/*", "*/kernel/drivers/net/slip/slhc.ko", "*/kernel/drivers/net/veth.ko",
           "*/kernel/drivers/net/ethernet/intel/e1000/*", "*/kernel/lib/crypto/libarc4.ko", "*/modules.order", "*/modules.builtin*"]


class Missing(Exception):
    """What this machine lacks, in one line."""


def program(name):
    return shutil.which(name, mode=os.R_OK, path=PATHS)  # read: only root and group dip may execute pppd here


def require_programs():
    if platform.machine() != "x86_64":
        raise Missing("the guest is made of this machine's programs, and these are not for x86-64")
    lacking = sorted({package for name, package in PACKAGES.items() if not program(name)})
    if lacking:
        raise Missing(f"{', '.join(lacking)} not installed (etc/dependencies --test does it)")


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True,
                          env={**os.environ, "PATH": PATHS, "LC_ALL": "C"}, **options).stdout


# -- the kernel

def apt(*arguments, state):
    """apt as whoever we are: lists and cache of our own unless `state` is None."""
    own = [] if state is None else ["-o", f"Dir::State::Lists={state}/lists", "-o", f"Dir::Cache={state}/cache"]
    tool = "apt-cache" if arguments[0] == "depends" else "apt-get"
    return run(tool, *own, *arguments, cwd=CACHE, timeout=240)


def download(into):
    """The newest kernel package of Debian, in the folder `into`."""
    def fetch(state):
        name = re.search(r"Depends: (linux-image-\S+)", apt("depends", "linux-image-amd64", state=state)).group(1)
        apt("download", name, state=state)
        package = next(CACHE.glob(f"{name}_*.deb"))
        return package.rename(into / package.name)
    try:
        return fetch(None)
    except (subprocess.SubprocessError, AttributeError, StopIteration):
        state = into / "apt"  # the machine's package lists are missing or old, and they are not ours to renew
        for folder in ("lists/partial", "cache/archives/partial"):
            (state / folder).mkdir(parents=True)
        apt("update", state=state)
        return fetch(state)


def unpack(package, into):
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as archive:
        run("tar", "-x", "-C", into, "--no-same-owner", "--wildcards", "./boot/vmlinuz-*", *MODULES, stdin=archive.stdout)
    release = next(into.glob("boot/vmlinuz-*")).name.removeprefix("vmlinuz-")
    run("depmod", "-b", into, release)
    package.unlink()


def kernel():
    """The folder with boot/ and lib/modules/. Made once and kept; who deletes build/pppoe gets the newest kernel."""
    made = CACHE / "kernel"
    if made.exists():
        return made
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            draft = CACHE / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            try:
                unpack(download(draft), draft)
            except (subprocess.SubprocessError, OSError, AttributeError, StopIteration) as error:
                told = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
                raise Missing(f"Debian's kernel package cannot be fetched ({' '.join(told)})") from error
            shutil.rmtree(draft / "apt", ignore_errors=True)
            draft.rename(made)
    return made


# -- the initramfs

def libraries(files):
    """What the dynamic linker needs to run them."""
    found = set()
    for file in files:
        done = subprocess.run(["ldd", file], capture_output=True, text=True)
        found.update(re.findall(r"(/\S+) \(0x", done.stdout))
    return found


def place(tree, file, at=None):
    target = tree / (at or file).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(os.path.realpath(file), target)
    shutil.copymode(os.path.realpath(file), target)


def initramfs(modules, work):
    """An archive that the kernel unpacks as its root; the guest's files are those of guest/."""
    tree = work / "tree"
    for folder in ("bin", "sbin", "usr/bin", "dev", "proc", "sys", "run", "tmp", "etc/ppp", "var/log", "var/run"):
        (tree / folder).mkdir(parents=True)
    place(tree, program("busybox"), "/bin/busybox")
    (tree / "bin" / "sh").symlink_to("busybox")  # /init installs the other names
    plugins = next(pathlib.Path("/usr/lib/pppd").iterdir())  # one folder, named after pppd's version
    files = [str(plugins / f"{name}.so") for name in ("pppoe", "radius", "radattr")]
    for name in PROGRAMS:
        place(tree, program(name), f"/usr/sbin/{name}")
        files.append(program(name))
    for file in [*files[:3], *libraries(files)]:
        place(tree, file)
    for file in OURS.iterdir():
        place(tree, str(file), "/init" if file.name == "init" else f"/etc/ppp/{file.name}")
    shutil.copytree(modules / "lib" / "modules", tree / "lib" / "modules")
    names = "".join(f"{path.relative_to(tree)}\n" for path in sorted(tree.rglob("*")))
    image = work / "initramfs"
    with open(image, "wb") as out:
        subprocess.run([program("cpio"), "--quiet", "-o", "-H", "newc", "-R", "0:0"], input=names.encode(), stdout=out, cwd=tree, check=True)
    shutil.rmtree(tree)
    return image
