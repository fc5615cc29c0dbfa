"""Money and access on the real programs: the ladder, its guard and undoing, trust, charges, lists from elsewhere."""
import datetime
import os
import subprocess
import time

import pytest
from porteiro import BUILD, SLOWER
from radius import ACCESS_ACCEPT, ACCESS_REJECT, START, until


def day(offset=0):
    return (datetime.date.today() + datetime.timedelta(days=offset)).isoformat()


def charge(provider, user, due, amount="99.90"):
    return provider.cli("charge", "add", "--client", user["client"], "--contract", user["contract"], "--amount", amount, "--due", due)["id"]


def contract(provider, user):
    return provider.cli("contract", "show", user["contract"])


def login(nas, user):
    return nas.login(user["login"], user["password"]).code


def mine(steps, user):
    return [step["action"] for step in steps if step["contract"] == user["contract"]]


@pytest.fixture
def lone(lone):
    return lone.cut_without_notice()


@pytest.fixture
def nas(lone):
    return lone.nas()


def test_trust_opens_and_ends_by_itself_also_while_the_daemon_is_down(lone, nas):
    user = lone.subscriber()
    owed = charge(lone, user, day(-30))
    lone.cli("billing", "run")
    until(lambda: login(nas, user) == ACCESS_REJECT, 1 * SLOWER)
    trusted = lone.cli("contract", "trust", user["login"], "--days", "3", "--reason", "paid by slip")
    assert trusted["status"] == "suspended" and trusted["trust_until"]
    until(lambda: login(nas, user) == ACCESS_ACCEPT, 1 * SLOWER)
    refused = lone.run("client", "trust", user["client"], "--days", "1")
    assert refused.code == 1 and "trusted already" in refused.error["message"]
    explained = lone.cli("login", "explain", user["login"])
    assert "trusted until" in str(explained)
    # its end passes while nobody serves: into the same stage
    with lone.sql() as connection, connection.cursor() as sql:
        sql.execute("update porteiro.contract set trust_until = now() + interval '3 seconds' where id = %s", (user["contract"],))
    ends = time.monotonic() + 3
    lone.stop()
    time.sleep(max(0, ends - time.monotonic()))
    lone.start()
    until(lambda: login(nas, user) == ACCESS_REJECT, 2 * SLOWER)  # its end is a whole second
    lone.cli("charge", "pay", owed, "--form", "pix")
    until(lambda: login(nas, user) == ACCESS_ACCEPT, 1 * SLOWER)
    assert contract(lone, user)["trust_until"] is None


def test_a_payment_by_plain_sql_opens_within_a_second(lone, nas):
    user = lone.subscriber()
    owed = charge(lone, user, day(-30))
    lone.cli("billing", "run")
    until(lambda: login(nas, user) == ACCESS_REJECT, 1 * SLOWER)
    with lone.sql() as connection, connection.cursor() as sql:
        sql.execute("update porteiro.charge set paid = amount where id = %s", (owed,))
    until(lambda: login(nas, user) == ACCESS_ACCEPT, 2 * SLOWER)
    assert contract(lone, user)["status"] == "active"
    releases = lone.cli("status")["releases"]
    assert releases["released"] == 1 and releases["slowest_s"] < 2 * SLOWER


def test_reduced_speed_reaches_the_subscriber(lone, nas):
    plan = lone.plan()["name"]
    lone.cli("plan", "set", plan, "--reduced-download", "1M", "--reduced-upload", "512k")
    lone.cli("setting", "set", "ladder.profile", "rgc2014")
    user = lone.subscriber(plan=plan)
    owed = charge(lone, user, day(-30))
    assert mine(lone.cli("billing", "run"), user) == ["reduce"]
    found = contract(lone, user)
    assert found["status"] == "active" and found["reduced_at"] and "charge" in found["reduced_reason"]
    attributes = lone.cli("login", "explain", user["login"], "--nas", nas.name)["attributes"]
    assert {"WISPr-Bandwidth-Max-Down = 1000000", "WISPr-Bandwidth-Max-Up = 512000"} <= set(attributes)
    assert login(nas, user) == ACCESS_ACCEPT
    assert mine(lone.cli("billing", "run", "--on", day(40)), user) == ["suspend"]
    lone.cli("charge", "pay", owed)
    assert contract(lone, user)["status"] == "active" and contract(lone, user)["reduced_at"] is None


def test_the_guard_stops_with_exit_4_and_cuts_nobody(lone):
    lone.cli("setting", "set", "guard.percent", "5")
    users = [lone.subscriber() for _ in range(12)]
    for user in users:
        charge(lone, user, day(-30))
    stopped = lone.run("billing", "run")
    assert stopped.code == 4 and stopped.error["code"] == "guard" and "--confirm-cuts 12" in stopped.error["message"]
    assert all(contract(lone, user)["status"] == "active" for user in users)
    run, = lone.cli("billing", "list")
    assert run["state"] == "stopped" and run["planned"] == 12
    assert lone.run("billing", "run", "--confirm-cuts", "11").code == 4
    assert len(lone.cli("billing", "run", "--confirm-cuts", "12")) == 12
    assert lone.cli("billing", "run") == []
    run = lone.cli("billing", "list", "--limit", "1")[0]
    undone = lone.cli("billing", "undo", run["run"], "--reason", "wrong file")
    assert [step["action"] for step in undone] == ["restore"] * 12
    assert all(contract(lone, user)["status"] == "active" for user in users)
    assert lone.cli("billing", "run") == [], "not again on the same day"


def test_debt_by_hand_needs_a_notice_where_the_provider_wants_one(lone):
    lone.cli("setting", "set", "ladder.require_notice", "yes")
    user = lone.subscriber()
    charge(lone, user, day(-30))
    assert mine(lone.cli("billing", "run"), user) == ["held"]
    refused = lone.run("contract", "suspend", user["contract"], "--reason", "unpaid", "--kind", "debt")
    assert refused.code == 1 and refused.error["field"] == "kind" and "notice add" in refused.error["message"]
    explained = lone.cli("contract", "explain", user["contract"])
    assert explained["stage"] == "pending" and any("notice" in line for line in explained["changes"])
    lone.cli("notice", "add", "--client", user["client"], "--contract", user["contract"], "--on", day(-15), "--channel", "letter")
    ahead = lone.cli("billing", "forecast", "--days", "70")
    assert mine(ahead, user) == ["suspend", "termination_due"]
    explained = lone.cli("contract", "explain", user["contract"])
    assert [line["what"] for line in explained["timeline"]] == ["due", "notice"]
    assert explained["next"][0]["day"] == day() and explained["next"][0]["what"] == "suspend"
    assert mine(lone.cli("billing", "run"), user) == ["suspend"]


def test_a_list_from_elsewhere(lone, nas, tmp_path):
    users = [lone.subscriber() for _ in range(3)]
    file = tmp_path / "access.csv"

    def apply(text, *flags):
        file.write_bytes(text.encode("latin-1"))
        return lone.cli("access", "apply", file, *flags)

    order = "login;action;reason\r\n" + "".join(f"{user['login']};suspend;João não pagou\r\n" for user in users[:2])
    order += f"{users[2]['login']};close;x\r\nnobody@nowhere;suspend;x\r\n"
    planned = apply(order, "--dry-run")
    assert [row["result"] for row in planned] == ["suspended", "suspended", "refused", "refused"]
    assert "action" in planned[2]["why"] and "nobody@nowhere" in planned[3]["why"]
    assert contract(lone, users[0])["status"] == "active"
    done = apply(order)
    assert [row["result"] for row in done] == ["suspended", "suspended", "refused", "refused"]
    assert contract(lone, users[0])["suspension_reason"] == "João não pagou"
    until(lambda: login(nas, users[0]) == ACCESS_REJECT, 1 * SLOWER)
    assert [row["result"] for row in apply(order)] == ["unchanged", "unchanged", "refused", "refused"]
    assert "billing undo" not in lone.cli("access", "apply", file, json=False), "there was no run that could be undone"
    lone.cli("contract", "release", users[1]["contract"])
    lone.cli("contract", "suspend", users[1]["contract"], "--reason", "resold", "--kind", "fraud")
    opened = apply("contract,action\n" + "".join(f"{user['contract']},release\n" for user in users))
    assert [row["result"] for row in opened] == ["released", "refused", "unchanged"]
    until(lambda: login(nas, users[0]) == ACCESS_ACCEPT, 1 * SLOWER)
    wrong = lone.run("access", "apply", file.with_name("nothing.csv"))
    assert wrong.code == 2 and wrong.error["field"] == "file"
    file.write_text("login,acton\na,b\n")
    wrong = lone.run("access", "apply", file)
    assert wrong.code == 1 and "did you mean action?" in wrong.error["message"]


def test_a_long_list_comes_in_parts_and_is_guarded(lone, tmp_path):
    lone.cli("setting", "set", "guard.number", "5")
    user = lone.subscriber()
    file = tmp_path / "access.csv"
    rows = "".join(f"nobody{n}@nowhere,suspend,{'x' * 200}\n" for n in range(6000))
    file.write_text("login,action,reason\n" + rows + f"{user['login']},suspend,unpaid\n")
    done = lone.run("access", "apply", file)
    assert done.code == 0
    assert contract(lone, user)["status"] == "suspended"


def test_charges_from_the_month_to_the_statement(lone):
    plan = lone.plan("--price", "99.90")["name"]
    user = lone.subscriber(plan=plan)
    made = lone.cli("charge", "generate", "--month", "2026-04")
    assert [(row["action"], row["amount"]) for row in made] == [("add", "99.90")]
    assert [row["action"] for row in lone.cli("charge", "generate", "--month", "2026-04")] == ["exists"]
    owed = lone.cli("charge", "list", "--client", user["client"])[0]
    assert owed["status"] == "overdue" and owed["colour"] == "red" and owed["balance"] == "99.90"
    parts = lone.cli("charge", "add", "--client", user["client"], "--amount", "100", "--due", "2026-01-31", "--installments", "3")
    assert [(part["due"], part["amount"]) for part in parts["installments"]] == [
        ("2026-01-31", "33.34"), ("2026-02-28", "33.33"), ("2026-03-31", "33.33")]
    lone.cli("charge", "pay", owed["id"], "--amount", "50", "--on", "2026-04-10", "--external-id", "P1")
    lone.cli("charge", "pay", owed["id"], "--amount", "50", "--on", "2026-04-10", "--external-id", "P1")
    assert lone.cli("charge", "show", owed["id"])["paid"] == "50.00"
    payment, = lone.cli("payment", "list", "--charge", owed["id"])
    assert payment["amount"] == "50.00" and payment["client"] == user["client"]
    lone.cli("charge", "reverse", owed["id"], "--reason", "wrong client")
    assert lone.cli("charge", "show", owed["id"])["balance"] == "99.90"
    agreed = lone.cli("charge", "renegotiate", *(flag for part in parts["installments"] for flag in ("--charge", part["id"])),
                      "--first-due", day(10), "--installments", "2", "--reason", "agreed by phone")
    assert [part["amount"] for part in agreed] == ["50.00", "50.00"]
    statement = lone.cli("charge", "statement", "--client", user["client"], "--from", "2026-01-01", "--to", day(60))
    assert statement[0]["what"] == "balance before" and statement[-1]["balance"] == "199.90"
    debt, = lone.cli("debt", "list", "--over-days", "30")
    assert debt["owed"] == "99.90" and debt["client_id"] == user["client"]
    ages = lone.cli("debt", "list", "--by-age")
    assert sum(float(age["owed"]) for age in ages) == 99.9


def test_pages_for_people(lone):
    user = lone.subscriber()
    charge(lone, user, day(-30))

    def page(*words):
        done = subprocess.run([BUILD / "porteiro", "--socket", lone.socket, *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "1 would be suspended, 0 would be released. Nothing was changed." in page("billing", "run", "--dry-run")
    ran = page("billing", "run")
    assert "1 suspended, 0 released." in ran and "`porteiro billing undo 1 --reason R`" in ran
    explained = page("contract", "explain", user["contract"])
    assert explained.startswith(f"contract {user['contract']} is suspended (debt)\nrgc2023:")
    for heading in ("What happened", "What is owed", "What would change it"):
        assert heading in explained
    assert "ladder.block_days" in page("setting", "list")
    assert "AGE" in page("debt", "list", "--by-age") and "AGE" not in page("debt", "list")


def test_settings_are_kept_and_told_to_the_history(lone):
    assert lone.cli("setting", "show", "ladder.block_days")["value"] == "15"
    assert lone.cli("setting", "set", "ladder.block_days", "20")["value"] == "20"
    refused = lone.run("setting", "set", "ladder.termination_days", "10")
    assert refused.code == 1 and "--accept-legal-risk" in refused.error["message"]
    lone.cli("setting", "set", "ladder.termination_days", "10", "--accept-legal-risk")
    told = [row for row in lone.cli("history", "list") if row["record"] == "setting"]
    assert [(row["field"], row["new"], row["reason"]) for row in told][:2] == [
        ("ladder.termination_days", "10", "legal risk accepted"), ("ladder.block_days", "20", None)]
    assert lone.cli("setting", "reset", "ladder.block_days")["value"] == "15"


def test_a_client_on_one_screen(lone, nas):
    user = lone.subscriber()
    lone.cli("contact", "add", "--client", user["client"], "--name", "Maria", "--relation", "mãe", "--mobile", "11912345678")
    owed = charge(lone, user, day(-30))
    assert login(nas, {**user, "password": "wrong"}) == ACCESS_REJECT
    shown = lone.cli("client", "show", user["document"])
    assert [row["contract"] for row in shown["contracts"]] == [user["contract"]]
    assert [(row["login"], row["online"], row["refused"]) for row in shown["logins"]] == [(user["login"], False, "bad_password")]
    assert [(row["charge"], row["colour"], row["balance"]) for row in shown["charges"]] == [(owed, "red", "99.90")]
    assert shown["contacts"][0]["name"] == "Maria" and shown["events"][0]["record"] == "charge"
    assert shown["email_before_due"] == "default" and shown["whatsapp_opt_in"] is False
    nas.account(user["login"], "s1", START)
    page = lone.cli("client", "show", user["client"], json=False)
    for heading in ("Contracts", "Logins", "Open charges", "Contacts", "Last events"):
        assert f"\n{heading}\n" in page
    assert "email before due" not in page, "what is as for everybody is left out"
    assert "\x1b" not in page, "no colours where nobody sees them"
    lone.cli("client", "set", user["client"], "--email-before-due", "no")
    assert "email before due" in lone.cli("client", "show", user["client"], json=False)


def test_a_bad_night_trips_the_guard_or_does_nothing(lone, tmp_path):
    for setting in ("guard.percent", "guard.number", "ladder.require_notice"):
        lone.cli("setting", "reset", setting)
    users = [lone.subscriber() for _ in range(12)]
    file = tmp_path / "charges.csv"
    file.write_text("login,due,amount,bank_number,paid_on\n" + "".join(
        f"{user['login']},{day(-30)},99.90,N{number},{day(-31)}\n{user['login']},{day(300)},99.90,F{number},\n" for number, user in enumerate(users)))
    for user in users:
        lone.cli("notice", "add", "--client", user["client"], "--contract", user["contract"], "--on", day(-20), "--channel", "letter")
        lone.cli("notice", "add", "--client", user["client"], "--contract", user["contract"], "--on", day(301), "--channel", "letter")
    made = lone.cli("import", "charges", file)
    assert {row["result"] for row in made} == {"added"} and lone.cli("billing", "run") == []
    # a doubled import
    assert {row["result"] for row in lone.cli("import", "charges", file)} == {"unchanged"}
    assert len(lone.cli("charge", "list")) == 24
    # an emptied table of payments
    lone.psql("update charge set paid = 0, paid_on = null")
    stopped = lone.run("billing", "run")
    assert stopped.code == 4 and "it would cut 12 of 12" in stopped.error["message"], stopped
    lone.psql("update charge set paid = amount, paid_on = due where due < current_date")
    assert lone.cli("billing", "run") == []
    # a clock that is set a year ahead
    stopped = lone.run("billing", "run", "--on", day(365))
    assert stopped.code == 4 and "it would cut 12 of 12" in stopped.error["message"], stopped
    assert all(contract(lone, user)["status"] == "active" for user in users)


@pytest.mark.skipif(os.getuid() != 0, reason="becomes another account")
def test_a_strangers_billing_job_by_other_credentials(lone, nas, tmp_path):
    """Billing lives elsewhere: its account comes by ssh, is in the billing group alone, and gives a list every night."""
    lone.write_config(admin={"socket": str(lone.socket), "billing_group": "games"})
    lone.restart()
    lone.cli("setting", "reset", "ladder.require_notice")
    users = [lone.subscriber() for _ in range(2)]
    os.chmod(lone.socket, 0o666)  # where the package is installed, membership of the group opens it
    shell = ["setpriv", "--reuid=nobody", "--regid=daemon", "--groups=games", "env", "SSH_CONNECTION=203.0.113.9 50022 192.0.2.1 22"]
    file = tmp_path / "bloqueios.csv"
    for path in (tmp_path, *tmp_path.parents):
        if str(path) != "/tmp" and str(path).startswith("/tmp/"):
            path.chmod(0o755)

    def job(text, *flags):
        file.write_text("login;action;kind;reason;notice_on\n" + text)
        return lone.run("access", "apply", file, *flags, wrapper=shell)

    late, young = (f"{user['login']};suspend;debt;boleto 7001 em aberto;{day(ago)}\n" for user, ago in zip(users, (-16, -3)))
    planned = job(late + young, "--dry-run")
    assert planned.code == 0 and [row["result"] for row in planned.json] == ["suspended", "refused"]
    assert "is not 15 days ago" in planned.json[1]["why"]
    assert contract(lone, users[0])["status"] == "active"
    assert [row["result"] for row in job(late + young).json] == ["suspended", "refused"]
    until(lambda: login(nas, users[0]) == ACCESS_REJECT, 2 * SLOWER)
    assert [row["result"] for row in job(late + young).json] == ["unchanged", "refused"]
    row = next(row for row in lone.cli("history", "list", "--client", users[0]["client"]) if row["field"] == "status")
    assert row["actor"] == "nobody" and row["reason"] == "boleto 7001 em aberto"
    assert row["address"] is None, "what a stranger says of where it comes from is not believed"
    evidence, = lone.cli("notice", "list", "--client", users[0]["client"])
    assert evidence["on"] == day(-16) and evidence["channel"] == "external"
    explained = lone.cli("contract", "explain", users[0]["contract"])
    assert "suspend" in [line["what"] for line in explained["timeline"]]
    assert [row["result"] for row in job(f"{users[0]['login']};release;;;\n").json] == ["released"]
    until(lambda: login(nas, users[0]) == ACCESS_ACCEPT, 2 * SLOWER)
    # and nothing else
    for words in (("login", "password", users[0]["login"], "--reveal", "--reason", "x"), ("import", "logins", file), ("client", "set", "1", "--name", "x"),
                  ("setting", "set", "guard.number", "0")):
        refused = lone.run(*words, wrapper=shell)
        assert refused.code == 1 and refused.error["code"] == "denied", words
    assert users[0]["password"] not in lone.run("login", "show", users[0]["login"], wrapper=shell).out
