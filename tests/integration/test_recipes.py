"""The recipes of etc/recipes, filled in for a NAS with gardens: no router is at hand, so their syntax is checked as far as this
machine can. nftables' is checked by nft where it is installed."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

RECIPES = pathlib.Path(__file__).resolve().parents[2] / "etc/recipes"
NAS = {
    "nas": "pop-north", "nas_address": "192.0.2.7", "daemon_address": "192.0.2.1", "auth_port": "1812", "acct_port": "1813",
    "coa_port": "3799", "secret": "THE-SHARED-SECRET", "notice_address": "192.0.2.80", "interim": "300", "open_list": "porteiro-open",
}
NOTHING = dict.fromkeys("garden reason pool pool_range address_list filter redirect download upload".split(), "")
POOL = {**NOTHING, "garden": "debt", "reason": "debt", "pool": "debtors", "pool_range": "100.127.0.0/22"}
EVERYTHING = {**POOL, "garden": "quota-north", "pool": "slow", "pool_range": "100.127.4.0/22", "address_list": "slow", "filter": "wall",
              "redirect": "http://notice.example/", "download": "1000000", "upload": "500000"}
LIST = {**NOTHING, "garden": "expired", "reason": "expired", "address_list": "late"}
POOL_WITHOUT_RANGE = {**POOL, "pool_range": ""}
GARDENS = {"none": [], "a pool": [POOL], "a pool of unknown range": [POOL_WITHOUT_RANGE], "a list": [LIST], "several": [POOL, EVERYTHING, LIST]}

# accel-ppp.conf(5)
ACCEL_PPP = {
    "radius": {"nas-identifier", "nas-ip-address", "server", "dae-server", "timeout", "max-try", "acct-timeout", "acct-interim-interval",
               "sid-in-auth"},
    "shaper": {"attr"},
}
# Every RouterOS menu that the script may name (RouterOS manual).
MENUS = ["/ip firewall address-list", "/ip firewall filter", "/ip firewall nat", "/ip pool", "/ppp aaa", "/radius incoming", "/radius"]


def fill(text, values, gardens=()):
    """The template language of daemon/admin/recipes.hpp, written a second time."""
    text = re.sub(r"^[ \t]*(\{\{[#/]\w+\}\})[ \t]*\n", r"\1", text, flags=re.M)

    def section(match):
        name, inside = match[1], match[2]
        if name == "gardens":
            return "".join(fill(inside, {**values, **garden}) for garden in gardens)
        return fill(inside, values, gardens) if values[name] else ""

    text = re.sub(r"\{\{#(\w+)\}\}(.*?)\{\{/\1\}\}", section, text, flags=re.S)
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text)


def filled(name, gardens):
    (file,) = RECIPES.glob(f"{name}.*")
    return fill(file.read_text(), NAS, GARDENS[gardens])


every_garden = pytest.mark.parametrize("gardens", GARDENS)


def statements(script):
    return [line.strip() for line in script.splitlines() if line.strip() and not line.strip().startswith("#")]


def unclosed(statement):
    """What is still open at the end of a RouterOS line; an empty text if nothing is."""
    pairs, stack, quoted = {"{": "}", "[": "]", "(": ")"}, [], False
    for letter in statement:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in pairs:
            stack.append(pairs[letter])
        elif not quoted and letter in pairs.values():
            if not stack or stack.pop() != letter:
                return f"unmatched {letter}"
    return '"' if quoted else "".join(stack)


@pytest.mark.parametrize("name", sorted(file.stem for file in RECIPES.iterdir()))
@every_garden
def test_a_filled_recipe_has_no_placeholder_left(name, gardens):
    text = filled(name, gardens)
    assert "{{" not in text and "}}" not in text
    assert NAS["daemon_address"] in text and NAS["coa_port"] in text


@every_garden
def test_each_line_of_the_routeros_script_is_closed_and_names_a_known_menu(gardens):
    for statement in statements(filled("mikrotik", gardens)):
        assert unclosed(statement) == "", statement
        for path in re.findall(r"/[a-z][a-z-]*(?: [a-z-]+)*", re.sub(r'"[^"]*"', '""', statement)):
            menu = next((menu for menu in MENUS if path == menu or path.startswith(menu + " ")), None)
            assert menu, f"{path!r} in {statement}"
            verb = path[len(menu):].split()[0]
            assert verb in ("add", "set", "remove", "find", "move"), statement


@every_garden
def test_the_routeros_script_may_be_imported_again(gardens):
    lines = statements(filled("mikrotik", gardens))
    for menu in ("/ip firewall filter", "/ip firewall nat", "/ip firewall address-list"):
        added = [line for line in lines if line.startswith(menu + " add")]
        assert all('comment="porteiro: ' in line for line in added)
        first = next((at for at, line in enumerate(lines) if line.startswith(menu + " add")), len(lines))
        assert lines.index(f'{menu} remove [find where comment~"^porteiro:"]') < first
    for line in lines:
        if re.search(r"/(radius|ip pool) add ", line):
            assert line.startswith(":if ([:len ["), line


def test_the_routeros_script_holds_no_secret_but_says_where_it_is_typed():
    script = filled("mikrotik", "several")
    assert not any(NAS["secret"] in line for line in statements(script))
    assert NAS["secret"] in script


def test_whoever_is_in_a_garden_of_the_routeros_script_is_judged_by_the_garden_chain():
    lines = statements(filled("mikrotik", "several"))
    for source in ("porteiro-debt", "porteiro-quota-north", "slow", "late"):
        for chain in ("forward", "input"):
            assert any(f"chain={chain} action=jump jump-target=porteiro-garden" in line and f'src-address-list="{source}"' in line
                       for line in lines), (source, chain)
        assert any("action=dst-nat" in line and f'src-address-list="{source}"' in line for line in lines), source
    assert not any('"porteiro-open"' in line for line in lines)
    garden = [line for line in lines if line.startswith("/ip firewall filter add chain=porteiro-garden")]
    assert "action=drop" in garden[-1] and "protocol" not in garden[-1]


@every_garden
def test_the_accel_ppp_sections_are_name_and_value(gardens):
    section, seen = None, {}
    for line in statements(filled("accel-ppp", gardens)):
        if match := re.fullmatch(r"\[([a-z-]+)\]", line):
            section = match[1]
            seen[section] = []
            continue
        if section == "modules":
            assert re.fullmatch(r"[a-z_]+", line), line
        elif section == "ip-pool":
            assert line == "attr=Framed-Pool" or re.fullmatch(r"[0-9./]+,name=[\w-]+", line), line
        else:
            assert line.split("=")[0] in ACCEL_PPP[section] and re.fullmatch(r"[a-z-]+=\S+", line), line
        seen[section].append(line)
    assert "dae-server=192.0.2.7:3799,THE-SHARED-SECRET" in seen["radius"]
    assert ("100.127.0.0/22,name=debtors" in seen["ip-pool"]) == (gardens in ("a pool", "several"))


@every_garden
def test_the_nftables_file_is_closed_and_names_only_its_own_sets_and_chains(gardens):
    code = "\n".join(line.split("#")[0] for line in filled("nftables", gardens).splitlines())
    assert code.count("{") == code.count("}")
    sets = set(re.findall(r"^\s*set (\S+) \{", code, flags=re.M))
    assert set(re.findall(r"@(\S+)", code)) <= sets
    assert set(re.findall(r"\bjump (\S+)", code)) <= set(re.findall(r"^\s*chain (\S+) \{", code, flags=re.M))
    for name in sets - {"allowed"}:
        for chain in ("forward", "input"):
            body = re.search(rf"chain {chain} \{{(.*?)\n    \}}", code, flags=re.S)[1]
            assert f"ip saddr @{name} jump garden" in body


def find_nft():
    nft = shutil.which("nft") or shutil.which("nft", path="/usr/sbin:/sbin")
    if not nft:
        pytest.skip("nft is not installed")
    return nft


@every_garden
def test_nft_takes_the_nftables_file(gardens, tmp_path):
    file = tmp_path / "gardens.nft"
    file.write_text(filled("nftables", gardens))
    done = subprocess.run(["unshare", "--map-root-user", "--net", find_nft(), "-c", "-f", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# A subscriber with an address of the pool "debtors" and one that is in no garden, a router that has loaded the recipe twice, and hosts
# beyond it: the notice page and another. Each answers with its own address.
WIRES = """
link add s0 netns {sub} type veth peer name s1 netns {router}
link add w0 netns {world} type veth peer name w1 netns {router}
-n {sub} addr add 100.127.0.9/22 dev s0
-n {sub} addr add 10.0.0.9/24 dev s0
-n {router} addr add 100.127.3.254/22 dev s1
-n {router} addr add 10.0.0.1/24 dev s1
-n {router} addr add 192.0.2.62/24 dev w1
-n {world} addr add 192.0.2.80/24 dev w0
-n {world} addr add 192.0.2.81/24 dev w0
-n {sub} link set s0 up
-n {router} link set s1 up
-n {router} link set w1 up
-n {world} link set w0 up
-n {sub} route add default via 100.127.3.254
-n {world} route add default via 192.0.2.62
netns exec {router} sysctl -qw net.ipv4.ip_forward=1
netns exec {router} {nft} -f {file}
netns exec {router} {nft} -f {file}
"""
ANSWER = """
import socket, threading
def answer(server):
    while True:
        caller, _ = server.accept()
        caller.sendall(server.getsockname()[0].encode())
        caller.close()
for at in ("192.0.2.80", 80), ("192.0.2.81", 80), ("192.0.2.81", 443), ("192.0.2.81", 53):
    threading.Thread(target=answer, args=(socket.create_server(at),)).start()
print("listening", flush=True)
"""
ASK = """
import socket, sys
try:
    with socket.create_connection((sys.argv[2], int(sys.argv[3])), timeout=10, source_address=(sys.argv[1], 0)) as host:
        print(host.recv(99).decode())
except ConnectionRefusedError:
    print("refused")
"""


@pytest.fixture
def wires(tmp_path):
    nft = find_nft()
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    names = {name: f"recipe-{name}-{os.getpid()}" for name in ("sub", "router", "world")}
    file = tmp_path / "gardens.nft"
    file.write_text(filled("nftables", "several"))
    try:
        for name in names.values():
            subprocess.run(["ip", "netns", "add", name], check=True)
        for line in WIRES.format(**names, nft=nft, file=file).strip().splitlines():
            subprocess.run(["ip", *line.split()], check=True)
        with subprocess.Popen(["ip", "netns", "exec", names["world"], sys.executable, "-c", ANSWER], stdout=subprocess.PIPE) as hosts:
            hosts.stdout.readline()
            yield names
            hosts.kill()
    finally:
        for name in names.values():
            subprocess.run(["ip", "netns", "del", name], check=False)


def test_packets_from_a_garden_reach_dns_and_the_notice_page_alone(wires):
    def ask(source, host, port):
        done = subprocess.run(["ip", "netns", "exec", wires["sub"], sys.executable, "-c", ASK, source, host, str(port)],
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    garden, elsewhere = "100.127.0.9", "10.0.0.9"
    assert ask(garden, "192.0.2.81", 80) == "192.0.2.80"  # the notice page, whatever was asked for
    assert ask(garden, "192.0.2.80", 80) == "192.0.2.80"
    assert ask(garden, "192.0.2.81", 53) == "192.0.2.81"
    assert ask(garden, "192.0.2.81", 443) == "refused"
    for port in 80, 443, 53:
        assert ask(elsewhere, "192.0.2.81", port) == "192.0.2.81"
