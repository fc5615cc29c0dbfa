"""Who may come in, with what: real radclient for PAP and CHAP, octets for what the concentrators match on."""
import os

import pytest
import radius
from radius import ACCESS_ACCEPT, ACCESS_REJECT, attribute, until


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--message-authenticator", "ignore")


@pytest.fixture(scope="module")
def plan(provider):
    return provider.plan("--framed-pool", "fibra-pool", "--session-timeout", "86400", "--interim", "600")


@pytest.fixture(scope="module")
def user(provider, plan):
    return provider.subscriber(plan=plan["name"])


def reason(provider, login):
    """Why the last request of `login` was refused."""
    return until(lambda: [row["reason"] for row in provider.cli("auth", "list", "--login", login, "--limit", 1)])[0]


def pairs(login, password, *more, method="User-Password"):
    return [f'User-Name = "{login}"', f'{method} = "{password}"', "Service-Type = Framed-User", "Framed-Protocol = PPP",
            "NAS-IP-Address = 127.0.0.1", *more]


@pytest.mark.threaded
@pytest.mark.parametrize("method", ["User-Password", "CHAP-Password"])
@pytest.mark.parametrize("signed", [[], ["Message-Authenticator = 0x00"]])
def test_radclient_is_accepted(provider, nas, user, method, signed):
    status, text = provider.radclient(nas, "auth", pairs(user["login"], user["password"], *signed, method=method))
    assert status == 0 and "Received Access-Accept" in text, text
    assert 'Framed-Pool = "fibra-pool"' in text and "Session-Timeout = 86400" in text and "Acct-Interim-Interval = 600" in text
    assert text.split("Received Access-Accept")[1].lstrip().splitlines()[1].strip().startswith("Message-Authenticator = 0x")


@pytest.mark.threaded
@pytest.mark.parametrize("method", ["User-Password", "CHAP-Password"])
def test_radclient_with_a_wrong_password(provider, nas, user, method):
    status, text = provider.radclient(nas, "auth", pairs(user["login"], "wrong", "Message-Authenticator = 0x00", method=method))
    assert status == 1 and "Received Access-Reject" in text, text
    assert reason(provider, user["login"]) == "bad_password"


def test_radclient_with_a_wrong_secret(provider, nas, user):
    wrong = type(nas)(provider, nas.name, nas.address, "not the secret at all")
    status, text = provider.radclient(wrong, "auth", pairs(user["login"], user["password"], "Message-Authenticator = 0x00"), timeout=1)
    assert status == 1 and "No reply" in text, text
    before = provider.counters()["auth.rejects"]
    provider.radclient(wrong, "auth", pairs(user["login"], user["password"]), timeout=1)
    assert provider.counters()["auth.rejects"] - before == 1


def test_radclient_from_an_unknown_nas(provider, nas, user):
    stranger = type(nas)(provider, "nobody", "127.254.1.1", nas.secret)
    status, text = provider.radclient(stranger, "auth", pairs(user["login"], user["password"]), timeout=1)
    assert status == 1 and "No reply" in text, text
    unknown = provider.cli("nas", "unknown")
    assert any(row["address"] == "127.254.1.1" and row["packets"] >= 1 for row in unknown)


def test_chap_with_a_challenge_of_its_own(provider, nas, user):
    for challenge in (b"x", os.urandom(16), os.urandom(253)):
        proof = attribute(radius.CHAP_PASSWORD, radius.chap(user["password"], challenge))
        assert nas.login(user["login"], None, proof, attribute(radius.CHAP_CHALLENGE, challenge)).code == ACCESS_ACCEPT
    authenticator = os.urandom(16)
    proof = attribute(radius.CHAP_PASSWORD, radius.chap(user["password"], authenticator))
    assert nas.login(user["login"], None, proof, authenticator=authenticator).code == ACCESS_ACCEPT
    both = nas.login(user["login"], None, proof, attribute(radius.CHAP_CHALLENGE, os.urandom(16)), authenticator=authenticator)
    assert both.code == ACCESS_REJECT, "the authenticator is no challenge when there is a CHAP-Challenge"


@pytest.mark.parametrize("password", ["a", "x" * 15, "x" * 16, "x" * 17, "x" * 128, "ção 漢字 🔑", "with spaces  inside"])
def test_pap_passwords(provider, nas, password):
    user = provider.subscriber(password=password)
    assert nas.login(user["login"], password).code == ACCESS_ACCEPT
    assert nas.login(user["login"], password + "!" if len(password.encode()) < 128 else password[:-1]).code == ACCESS_REJECT
    assert nas.login(user["login"], password.encode()[:-1]).code == ACCESS_REJECT


def test_unknown_login(provider, nas):
    assert nas.login("nobody@isp.example", "x").code == ACCESS_REJECT
    assert reason(provider, "nobody@isp.example") == "unknown_login"


def test_names_are_octet_exact(provider, nas, user):
    assert nas.login(user["login"].upper(), user["password"]).code == ACCESS_REJECT
    assert nas.login(user["login"] + " ", user["password"]).code == ACCESS_REJECT
    longest = provider.subscriber(login="l" * 253)
    assert nas.login("l" * 253, longest["password"]).code == ACCESS_ACCEPT


def test_no_credentials(provider, nas, user):
    assert nas.login(user["login"], None).code == ACCESS_REJECT
    assert reason(provider, user["login"]) == "no_credentials"


def test_two_kinds_of_credentials(provider, nas, user):
    challenge = os.urandom(16)
    proof = attribute(radius.CHAP_PASSWORD, radius.chap(user["password"], challenge)), attribute(radius.CHAP_CHALLENGE, challenge)
    assert nas.login(user["login"], user["password"], *proof).code == ACCESS_REJECT


@pytest.mark.parametrize("close, open_, why", [
    (["contract", "suspend", "{contract}", "--reason", "boleto", "--kind", "request"], ["contract", "release", "{contract}"], "contract_suspended"),
    (["client", "disable", "{client}", "--reason", "left"], ["client", "enable", "{client}"], "client_inactive"),
    (["login", "disable", "{login}"], ["login", "enable", "{login}"], "login_disabled"),
    (["contract", "cancel", "{contract}", "--reason", "left"], None, "contract_cancelled")])
def test_closed_doors(provider, nas, plan, close, open_, why):
    user = provider.subscriber(plan=plan["name"])
    assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
    provider.cli(*[word.format(**user) for word in close])
    until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_REJECT, 2)
    assert reason(provider, user["login"]) == why
    assert nas.login(user["login"], "wrong").code == ACCESS_REJECT
    assert reason(provider, user["login"]) == "bad_password", "a guesser learns nothing of the account"
    if open_:
        provider.cli(*[word.format(**user) for word in open_])
        until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT, 2)


def test_pre_activation(provider, nas):
    user = provider.subscriber(contract=("--status", "pre-activation"))
    assert nas.login(user["login"], user["password"]).code == ACCESS_REJECT
    assert reason(provider, user["login"]) == "contract_not_active"
    provider.cli("contract", "set", user["contract"], "--status", "active")
    until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT, 2)


@pytest.mark.parametrize("vendor, download, upload, expected", [
    ("mikrotik", "300M", "150M", [(14988, 8, b"150M/300M")]),
    ("mikrotik", "1500k", "512k", [(14988, 8, b"512k/1500k")]),
    ("mikrotik", "1G", "1500001", [(14988, 8, b"1500001/1000M")]),
    ("generic", "300M", "150M", [(14122, 7, (150_000_000).to_bytes(4, "big")), (14122, 8, (300_000_000).to_bytes(4, "big"))])])
def test_rates_in_the_vendors_words(provider, vendor, download, upload, expected):
    nas = provider.nas("--vendor", vendor)
    user = provider.subscriber(plan=provider.plan(download=download, upload=upload)["name"])
    reply = nas.login(user["login"], user["password"])
    assert reply.code == ACCESS_ACCEPT
    for number, kind, value in expected:
        assert reply.vendor(number, kind) == [value]


def test_accel_ppp_filter_id(provider):
    nas = provider.nas("--vendor", "accel-ppp")
    user = provider.subscriber(plan=provider.plan()["name"])
    assert nas.login(user["login"], user["password"]).all(radius.FILTER_ID) == [b"300000/150000"]


@pytest.mark.parametrize("vendor", ["cisco", "juniper", "huawei"])
def test_other_vendors_are_answered(provider, plan, vendor):
    user = provider.subscriber(plan=plan["name"])
    reply = provider.nas("--vendor", vendor).login(user["login"], user["password"])
    assert reply.code == ACCESS_ACCEPT and reply.get(radius.FRAMED_POOL) == b"fibra-pool"


def test_terms_of_plan_and_login(provider, nas, plan, user):
    reply = nas.login(user["login"], user["password"])
    assert reply.get(radius.FRAMED_POOL) == b"fibra-pool"
    assert reply.integer(radius.SESSION_TIMEOUT) == 86400 and reply.integer(radius.ACCT_INTERIM_INTERVAL) == 600
    own_pool = provider.subscriber("--framed-pool", "own", plan=plan["name"])
    assert nas.login(own_pool["login"], own_pool["password"]).all(radius.FRAMED_POOL) == [b"own"]
    fixed = provider.subscriber("--ip", "100.64.0.7", plan=plan["name"])
    reply = nas.login(fixed["login"], fixed["password"])
    assert reply.all(radius.FRAMED_IP_ADDRESS) == [radius.address("100.64.0.7")] and reply.get(radius.FRAMED_POOL) is None
    bare = provider.subscriber()
    reply = nas.login(bare["login"], bare["password"])
    assert reply.get(radius.SESSION_TIMEOUT) is None and reply.get(radius.FRAMED_POOL) is None
    assert reply.integer(radius.ACCT_INTERIM_INTERVAL) == 300


def test_reply_attributes(provider, nas):
    plan = provider.plan("--reply", "Idle-Timeout=600", "--reply", "Mikrotik-Address-List=clientes", "--reply", "Framed-Route=10.1.0.0/16 0.0.0.0 1")
    user = provider.subscriber("--reply", "Mikrotik-Address-List=vip", "--reply", "Filter-Id=in.one", plan=plan["name"])
    reply = nas.login(user["login"], user["password"])
    assert reply.integer(28) == 600 and reply.vendor(14988, 19) == [b"clientes", b"vip"]
    assert reply.all(radius.FILTER_ID) == [b"in.one"] and reply.all(22) == [b"10.1.0.0/16 0.0.0.0 1"]
    for wrong, hint in (("Idle-Timout=600", "Idle-Timeout"), ("Idle-Timeout=soon", ""), ("nonsense", "")):
        error = provider.refused("plan", "set", plan["name"], "--reply", wrong)
        assert error["code"] == "invalid" and error["field"] == "reply" and hint in error["message"]


def test_a_login_of_kind_mac(provider, nas):
    user = provider.subscriber("--kind", "mac", login="AA:BB:CC:00:11:22", password="AA:BB:CC:00:11:22")
    for spelling in ("AA:BB:CC:00:11:22", "aa-bb-cc-00-11-22", "aabb.cc00.1122"):
        assert nas.login(spelling, user["password"]).code == ACCESS_ACCEPT


def test_every_decision_is_listed(provider, nas, plan):
    user = provider.subscriber(plan=plan["name"])
    mac = attribute(radius.CALLING_STATION_ID, "AA:BB:CC:DD:EE:01")
    for password in (user["password"], "wrong"):
        nas.login(user["login"], password, mac)
    rows = until(lambda: len(found := provider.cli("auth", "list", "--login", user["login"])) == 2 and found)
    assert [row["result"] for row in rows] == ["reject", "accept"], "newest first"
    for row in rows:
        assert {"id", "at", "nas", "login", "method", "result", "reason", "mac"} <= set(row)
        assert row["nas"] == nas.name and row["login"] == user["login"] and row["method"].lower() == "pap" and row["mac"] == "AA:BB:CC:DD:EE:01"
    assert rows[1]["reason"] is None and rows[0]["reason"] == "bad_password"
    assert len(provider.cli("auth", "list", "--nas", nas.name, "--limit", 1)) == 1
    assert provider.cli("auth", "list", "--login", user["login"], "--since", "2999-01-01") == []


def test_the_tenth_repetition_is_folded(provider, nas, user):
    for _ in range(60):
        nas.login("flood@isp.example", "x")

    def decisions():
        return [row["times"] for row in provider.cli("auth", "list", "--login", "flood@isp.example")]
    until(lambda: sum(decisions()) >= 60)
    assert sum(decisions()) == 60 and len(decisions()) < 60
