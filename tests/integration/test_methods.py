"""Every way to prove a password, by real clients: radclient, radtest, radeapclient, eapol_test; and what each way of
keeping it serves. The MS-CHAPv2 exchange is RFC 2759 s9.2's, the MS-CHAPv1 one is made by radtest and radclient."""
import os
import re
import subprocess

import pytest
import radius
from radius import ACCESS_ACCEPT, ACCESS_REJECT, attribute, until, vendor

MICROSOFT = 311
MS_CHAP_ERROR, MPPE_POLICY, MPPE_TYPES, MS_CHAP_CHALLENGE, MPPE_SEND_KEY, MPPE_RECV_KEY, MS_CHAP2_RESPONSE, MS_CHAP2_SUCCESS = 2, 7, 8, 11, 16, 17, 25, 26

# RFC 2759 s9.2
RFC_USER, RFC_PASSWORD = "User", "clientPass"
RFC_CHALLENGE = bytes.fromhex("5B5D7C7D7B3F2F3E3C2C602132262628")
RFC_PEER_CHALLENGE = bytes.fromhex("21402324255E262A28295F2B3A337C7E")
RFC_NT_RESPONSE = bytes.fromhex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF")
RFC_SUCCESS = b"S=407A5589115FD0D6209F510FE9C04566932CDA56"

METHODS = ["pap", "chap", "mschap", "mschapv2", "eap-md5"]


def ms_chap2(response=RFC_NT_RESPONSE, ident=1):
    return (vendor(MICROSOFT, MS_CHAP_CHALLENGE, RFC_CHALLENGE),
            vendor(MICROSOFT, MS_CHAP2_RESPONSE, bytes([ident, 0]) + RFC_PEER_CHALLENGE + bytes(8) + response))


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--vendor", "mikrotik")


@pytest.fixture(scope="module")
def plan(provider):
    return provider.plan("--simultaneous", 0)["name"]


@pytest.fixture(scope="module")
def rfc_user(provider, plan):
    return provider.subscriber(plan=plan, login=RFC_USER, password=RFC_PASSWORD)


def reason(provider, login):
    return until(lambda: [row["reason"] for row in provider.cli("auth", "list", "--login", login, "--limit", 1)])[0]


# -- the clients: each gives whether it was let in, and what it printed

def radtest(provider, nas, method, login, password):
    done = subprocess.run(["radtest", "-x", "-t", method, login, password, f"127.0.0.1:{provider.auth_port}", "0", nas.secret],
                          capture_output=True, text=True, timeout=30)
    return "Received Access-Accept" in done.stdout, done.stdout + done.stderr


def radclient(provider, nas, login, password, attribute_name):
    status, text = provider.radclient(nas, "auth", [f'User-Name = "{login}"', f'{attribute_name} = "{password}"',
                                                    "Message-Authenticator = 0x00"])
    return status == 0 and "Received Access-Accept" in text, text


def eapol_test(provider, nas, login, password):
    network = provider.directory / "eap.conf"
    network.write_text(f'network={{\n key_mgmt=IEEE8021X\n eap=MD5\n identity="{login}"\n password="{password}"\n}}\n')
    done = subprocess.run(["eapol_test", "-n", "-c", network, "-a", "127.0.0.1", "-p", str(provider.auth_port), "-s", nas.secret,
                           "-A", nas.address, "-t", "10"], capture_output=True, text=True, timeout=30)
    return done.returncode == 0 and "SUCCESS" in done.stdout.splitlines()[-1], done.stdout + done.stderr


def radeapclient(provider, nas, login, password):
    pairs = (f'User-Name = "{login}"\nCleartext-Password = "{password}"\nEAP-Code = Response\nEAP-Id = 210\n'
             f'EAP-Type-Identity = "{login}"\nMessage-Authenticator = 0x00\nPacket-Src-IP-Address = {nas.address}\n')
    done = subprocess.run(["radeapclient", "-x", f"127.0.0.1:{provider.auth_port}", "auth", nas.secret], input=pairs,
                          capture_output=True, text=True, timeout=30)
    return "Received Access-Accept" in done.stdout, done.stdout + done.stderr


def attempt(provider, nas, login, password, method):
    """One dial by a method; true when it was let in."""
    if method == "pap":
        return nas.login(login, password).code == ACCESS_ACCEPT
    if method == "chap":
        challenge = os.urandom(16)
        proof = attribute(radius.CHAP_PASSWORD, radius.chap(password, challenge)), attribute(radius.CHAP_CHALLENGE, challenge)
        return nas.login(login, None, *proof).code == ACCESS_ACCEPT
    if method == "mschap":
        return radclient(provider, nas, login, password, "MS-CHAP-Password")[0]
    if method == "mschapv2":
        return nas.login(login, None, *ms_chap2(RFC_NT_RESPONSE if password == RFC_PASSWORD else bytes(24))).code == ACCESS_ACCEPT
    return eapol_test(provider, nas, login, password)[0]


# -- MS-CHAP

@pytest.mark.threaded
def test_ms_chap_v2_as_in_rfc_2759(provider, nas, rfc_user):
    """RFC 2759 s9.2's exchange; the Accept proves the server's knowledge and brings two MPPE keys (A-06, A-08, A-09)."""
    for name in (RFC_USER, "ISP\\" + RFC_USER):  # the domain is no part of what is hashed
        if name != RFC_USER:
            provider.subscriber(plan=rfc_user["plan"], login=name, password=RFC_PASSWORD)
        reply = nas.login(name, None, *ms_chap2(ident=9))
        assert reply.code == ACCESS_ACCEPT and reply.attributes[0][0] == radius.MESSAGE_AUTHENTICATOR
        assert reply.vendor(MICROSOFT, MS_CHAP2_SUCCESS) == [b"\x09" + RFC_SUCCESS]
        (send,), (recv,) = reply.vendor(MICROSOFT, MPPE_SEND_KEY), reply.vendor(MICROSOFT, MPPE_RECV_KEY)
        for key in (send, recv):
            assert key[0] & 0x80 and len(key) == 2 + 32, "a salt, and two blocks of sixteen octets"
        assert send[:2] != recv[:2], "salts differ"
        assert reply.vendor(MICROSOFT, MPPE_POLICY) and reply.vendor(MICROSOFT, MPPE_TYPES)


@pytest.mark.threaded
def test_ms_chap_v2_with_a_wrong_password(provider, nas, rfc_user):
    reply = nas.login(RFC_USER, None, *ms_chap2(bytes(24), ident=5))
    assert reply.code == ACCESS_REJECT
    (error,) = reply.vendor(MICROSOFT, MS_CHAP_ERROR)
    assert re.fullmatch(rb"\x05E=691 R=0 C=[0-9A-F]{32} V=3 M=.+", error), error
    assert not reply.vendor(MICROSOFT, MS_CHAP2_SUCCESS) and not reply.vendor(MICROSOFT, MPPE_SEND_KEY)
    assert reason(provider, RFC_USER) == "bad_password"


def test_ms_chap_v2_by_radclient(provider, nas, rfc_user):
    pairs = [f'User-Name = "{RFC_USER}"', f"MS-CHAP-Challenge = 0x{RFC_CHALLENGE.hex()}",
             f"MS-CHAP2-Response = 0x0100{RFC_PEER_CHALLENGE.hex()}{bytes(8).hex()}{RFC_NT_RESPONSE.hex()}", "Message-Authenticator = 0x00"]
    status, text = provider.radclient(nas, "auth", pairs)
    assert status == 0 and f"MS-CHAP2-Success = 0x01{RFC_SUCCESS.hex()}" in text, text
    assert "MS-MPPE-Send-Key" in text and "MS-MPPE-Recv-Key" in text


@pytest.mark.threaded
def test_ms_chap_v1_by_radtest_and_radclient(provider, nas, rfc_user):
    local = provider.nas(address="127.0.0.1")  # radtest has no address to choose
    let_in, text = radtest(provider, local, "mschap", RFC_USER, RFC_PASSWORD)
    assert let_in and "MS-CHAP-MPPE-Keys" in text, text
    let_in, text = radtest(provider, local, "mschap", RFC_USER, "wrong")
    assert not let_in and "E=691 R=0" in text, text
    assert radclient(provider, nas, RFC_USER, RFC_PASSWORD, "MS-CHAP-Password")[0]


@pytest.mark.parametrize("setting, keys", [("none", False), ("allow", True), ("require", True)])
def test_mppe_follows_the_setting_of_the_nas(provider, rfc_user, setting, keys):
    reply = provider.nas("--mppe", setting).login(RFC_USER, None, *ms_chap2())
    assert reply.code == ACCESS_ACCEPT and reply.vendor(MICROSOFT, MS_CHAP2_SUCCESS)
    assert [bool(reply.vendor(MICROSOFT, kind)) for kind in (MPPE_SEND_KEY, MPPE_RECV_KEY, MPPE_POLICY, MPPE_TYPES)] == [keys] * 4
    if keys:
        assert reply.vendor(MICROSOFT, MPPE_POLICY) == [radius.integer(2 if setting == "require" else 1)]  # RFC 2548 s2.4.4


@pytest.mark.parametrize("broken", [
    vendor(MICROSOFT, MS_CHAP2_RESPONSE, bytes(49)), vendor(MICROSOFT, MS_CHAP2_RESPONSE, bytes(51)),
    vendor(MICROSOFT, MS_CHAP_CHALLENGE, RFC_CHALLENGE), ms_chap2()[1], ms_chap2()[1] + vendor(MICROSOFT, MS_CHAP_CHALLENGE, bytes(8))])
def test_ms_chap_v2_in_pieces_is_refused(nas, rfc_user, broken):
    """A-06: challenge and response must both be there, of 16 and 50 octets."""
    assert nas.login(RFC_USER, None, broken).code == ACCESS_REJECT


# -- EAP-MD5

@pytest.mark.threaded
@pytest.mark.parametrize("client", [eapol_test, radeapclient])
def test_eap_md5(provider, nas, plan, client):
    user = provider.subscriber(plan=plan)
    let_in, text = client(provider, nas, user["login"], user["password"])
    assert let_in, text
    let_in, text = client(provider, nas, user["login"], "wrong")
    assert not let_in, text
    assert reason(provider, user["login"]) == "bad_password"
    methods = {row["method"] for row in provider.cli("auth", "list", "--login", user["login"])}
    assert methods == {"eap-md5"}


def test_eap_without_message_authenticator_is_discarded(provider, nas, plan):
    """M-02."""
    user = provider.subscriber(plan=plan)["login"]
    identity = bytes([2, 1, 0, 5 + len(user), 1]) + user.encode()
    packet = radius.access_request(nas.secret, attribute(radius.EAP_MESSAGE, identity), login=user, signed=False)
    with nas.auth() as peer:
        assert peer.ask(packet, nas.secret, timeout=0.3) is None


# -- what a way of keeping the password serves

STORAGES = {"encrypted": METHODS, "nt": ["pap", "mschap", "mschapv2"], "md5": ["pap"], "crypt": ["pap"]}


@pytest.mark.threaded
@pytest.mark.parametrize("storage", STORAGES)
def test_storage_times_method(provider, nas, plan, rfc_user, storage):
    """What `login show` says is what the verifier does, for every method."""
    provider.cli("login", "set", RFC_USER, "--storage", storage, "--password", "-", stdin=RFC_PASSWORD)
    told = provider.cli("login", "show", RFC_USER)["methods"]
    assert told == STORAGES[storage]
    let_in = [method for method in METHODS if attempt(provider, nas, RFC_USER, RFC_PASSWORD, method)]
    assert let_in == told
    for method in METHODS:
        assert not attempt(provider, nas, RFC_USER, "wrong", method)
        assert reason(provider, RFC_USER) == ("bad_password" if method in told else "method_not_possible")
    provider.cli("login", "set", RFC_USER, "--storage", "encrypted", "--password", "-", stdin=RFC_PASSWORD)


@pytest.mark.parametrize("storage, typed", [
    ("md5", "5f4dcc3b5aa765d61d8327deb882cf99"), ("md5", "{MD5}X03MO1qnZdYdgyfeuILPmQ=="), ("md5", "X03MO1qnZdYdgyfeuILPmQ=="),
    ("nt", "8846F7EAEE8FB117AD06BDD830B7586C"), ("nt", "{NT}8846f7eaee8fb117ad06bdd830b7586c"),
    ("crypt", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"), ("md5", "{CLEAR}password"), ("crypt", "password")])
def test_hashes_from_other_systems(provider, nas, plan, storage, typed):
    """"password", as other systems export it."""
    login = provider.name("moved") + "@isp.example"
    contract = provider.cli("contract", "add", "--client", provider.client()["id"], "--plan", plan, "--due-day", 5)["id"]
    added = provider.cli("login", "add", login, "--contract", contract, "--storage", storage, "--password", "-", stdin=typed)
    assert added["storage"] == storage and added["password"] == "set"
    provider.wait_login(login)
    assert nas.login(login, "password").code == ACCESS_ACCEPT
    assert nas.login(login, "Password").code == ACCESS_REJECT


@pytest.mark.parametrize("storage, typed", [
    ("md5", "{MD5}X03MO1qnZdYdgyfeuI"), ("nt", "{NT}8846F7"), ("crypt", "$1$salt"), ("crypt", "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"), ("md5", "{SSHA}abcdef")])
def test_a_damaged_hash_is_refused(provider, plan, storage, typed):
    contract = provider.cli("contract", "add", "--client", provider.client()["id"], "--plan", plan, "--due-day", 5)["id"]
    error = provider.refused("login", "add", "never@isp.example", "--contract", contract, "--storage", storage, "--password", "-", stdin=typed)
    assert error["code"] == "invalid" and error["field"] == "password" and typed not in error["message"]


def test_storage_is_converted_where_that_can_be(provider, nas, plan):
    user = provider.subscriber(plan=plan, password="password")["login"]
    for storage in ("nt",):
        assert provider.cli("login", "set", user, "--storage", storage)["storage"] == storage
        assert nas.login(user, "password").code == ACCESS_ACCEPT
    error = provider.refused("login", "set", user, "--storage", "encrypted")
    assert error["field"] == "storage" and "--password" in error["message"]


def test_what_cannot_be_served_is_warned_of(provider, plan):
    contract = provider.cli("contract", "add", "--client", provider.client()["id"], "--plan", plan, "--due-day", 5)["id"]
    added = provider.cli("login", "add", provider.name("weak"), "--contract", contract, "--storage", "md5", "--password", "-", stdin="x")
    assert any("md5 serves pap" in warning and "chap" in warning for warning in added["warnings"])
    only_chap = provider.plan("--method", "chap")["name"]
    contract = provider.cli("contract", "add", "--client", provider.client()["id"], "--plan", only_chap, "--due-day", 5)["id"]
    added = provider.cli("login", "add", provider.name("weak"), "--contract", contract, "--storage", "crypt", "--password", "-", stdin="x")
    assert any("can never connect" in warning and only_chap in warning for warning in added["warnings"])
    assert "warnings" not in provider.cli("login", "set", added["login"], "--storage", "encrypted", "--password", "-", stdin="x")


def test_methods_of_plan_and_nas_are_kept(provider, nas, plan):
    user = provider.subscriber(plan=provider.plan("--method", "chap", "--simultaneous", 0)["name"])
    assert not attempt(provider, nas, user["login"], user["password"], "pap")
    assert reason(provider, user["login"]) == "method_not_possible"
    assert attempt(provider, nas, user["login"], user["password"], "chap")
    pap_only = provider.nas("--method", "pap")
    other = provider.subscriber(plan=plan)
    assert attempt(provider, pap_only, other["login"], other["password"], "pap")
    assert not attempt(provider, pap_only, other["login"], other["password"], "chap")
    assert reason(provider, other["login"]) == "method_not_possible"


# -- a machine without MD4 and DES

def test_without_the_legacy_provider_pap_and_chap_are_served(lone):
    assert lone.stop() == 0
    lone.environment["OPENSSL_MODULES"] = str(lone.directory)
    lone.start()
    nas = lone.nas()
    user = lone.subscriber(plan=lone.plan("--simultaneous", 0)["name"], login=RFC_USER, password=RFC_PASSWORD)
    assert attempt(lone, nas, RFC_USER, RFC_PASSWORD, "pap") and attempt(lone, nas, RFC_USER, RFC_PASSWORD, "chap")
    assert not attempt(lone, nas, RFC_USER, RFC_PASSWORD, "mschapv2")
    assert reason(lone, user["login"]) == "method_not_possible"
    assert lone.cli("login", "show", RFC_USER)["methods"] == ["pap", "chap", "eap-md5"]
    assert lone.cli("status")["ms_chap"] is False and "legacy" in lone.cli("status", json=False)
    assert lone.log("ms_chap_not_served")
    error = lone.refused("login", "set", RFC_USER, "--storage", "nt", "--password", "-", stdin="x")
    assert error["field"] in ("storage", "password")
