"""Debt closes the door, payment opens it: the table of dates, the causes, and who is exempt."""
import datetime
import time

import pytest
from porteiro import SLOWER
from radius import ACCESS_ACCEPT, ACCESS_REJECT, until


@pytest.fixture(scope="module")
def provider(provider):
    return provider.cut_without_notice()


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas()


def charge(provider, user, due, amount="99.90", contract=True):
    flags = ["--contract", user["contract"]] if contract else []
    return provider.cli("charge", "add", "--client", user["client"], *flags, "--amount", amount, "--due", due)["id"]


def run(provider, on=None, *flags):
    return provider.cli("billing", "run", *(["--on", on] if on else []), *flags)


def mine(steps, user):
    return [step for step in steps if step["contract"] == user["contract"]]


def status(provider, user):
    return provider.cli("contract", "show", user["contract"])["status"]


def settle(provider, user):
    """Leaves nothing behind for the next test's run."""
    for row in provider.cli("charge", "list", "--client", user["client"]):
        if row["paid"] != row["amount"]:
            provider.cli("charge", "pay", row["id"])


@pytest.mark.parametrize("flags, day, suspended", [
    ((), "2020-03-25", False), ((), "2020-03-26", True),                       # block_days 15: today > due + 15
    (("--block-days", "0", "--pending-days", "0"), "2020-03-10", False), (("--block-days", "0", "--pending-days", "0"), "2020-03-11", True),
    (("--block-days", "30"), "2020-04-09", False), (("--block-days", "30"), "2020-04-10", True),
    (("--auto-suspend", "no"), "2021-01-01", False), (("--auto-suspend", "yes"), "2020-03-26", True)])
def test_the_day_of_suspension(provider, flags, day, suspended):
    user = provider.subscriber(contract=flags)
    owed = charge(provider, user, "2020-03-10")
    steps = mine(run(provider, day, "--dry-run"), user)
    assert [step["action"] for step in steps] == (["suspend"] if suspended else [])
    assert status(provider, user) == "active", "a dry run only says what it would do"
    assert mine(run(provider, day), user) == steps
    assert status(provider, user) == ("suspended" if suspended else "active")
    assert mine(run(provider, day), user) == [], "a second run on the same day does nothing"
    if suspended:
        step, = steps
        assert step["charge"] == owed and step["due"] == "2020-03-10" and step["amount"] == "99.90" and step["logins"] == [user["login"]] and step["why"]
        assert provider.cli("contract", "show", user["contract"])["suspension_kind"] == "debt"
    settle(provider, user)
    assert status(provider, user) == "active"


def test_payment_opens_within_a_second(provider, nas):
    user = provider.subscriber()
    due = (datetime.date.today() - datetime.timedelta(days=30)).isoformat()
    owed = charge(provider, user, due)
    assert nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT
    run(provider)
    until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_REJECT, 1 * SLOWER)
    last = until(lambda: provider.cli("auth", "list", "--login", user["login"], "--limit", 1))[0]
    assert last["reason"] == "contract_suspended"
    provider.cli("charge", "pay", owed)
    began = time.monotonic()
    until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT, 5)
    assert time.monotonic() - began < 1 * SLOWER
    assert status(provider, user) == "active"


def test_partial_payment_does_not_open(provider):
    user = provider.subscriber()
    owed = charge(provider, user, "2020-03-10", "100")
    run(provider, "2020-04-30")
    provider.cli("charge", "pay", owed, "--amount", "40,00")
    assert status(provider, user) == "suspended"
    provider.cli("charge", "pay", owed, "--amount", "60,00")
    assert status(provider, user) == "active"


def test_two_overdue_charges(provider):
    user = provider.subscriber()
    first, second = charge(provider, user, "2020-01-10"), charge(provider, user, "2020-02-10")
    step, = mine(run(provider, "2020-06-01"), user)
    assert step["charge"] == first
    provider.cli("charge", "pay", first)
    assert status(provider, user) == "suspended"
    provider.cli("charge", "pay", second)
    assert status(provider, user) == "active"


@pytest.mark.parametrize("kind", ["request", "fraud", "court"])
def test_billing_leaves_other_causes_alone(provider, kind):
    user = provider.subscriber()
    owed = charge(provider, user, "2020-03-10")
    provider.cli("contract", "suspend", user["contract"], "--reason", "by hand", "--kind", kind)
    assert mine(run(provider, "2020-06-01"), user) == []
    provider.cli("charge", "pay", owed)
    assert mine(run(provider, "2020-06-01"), user) == []
    shown = provider.cli("contract", "show", user["contract"])
    assert shown["status"] == "suspended" and shown["suspension_kind"] == kind and shown["suspension_reason"] == "by hand"


def test_a_charge_without_contract_suspends_nothing(provider):
    user = provider.subscriber()
    charge(provider, user, "2020-03-10", contract=False)
    assert mine(run(provider, "2020-06-01"), user) == []


def test_a_run_releases_what_was_paid_by_plain_sql(provider, nas):
    user = provider.subscriber()
    owed = charge(provider, user, "2020-03-10")
    run(provider, "2020-06-01")
    provider.psql("update charge set paid = amount, paid_on = current_date where id = %s", owed)
    until(lambda: [step["action"] for step in mine(run(provider, "2020-06-01"), user)] == ["release"] or status(provider, user) == "active")
    assert status(provider, user) == "active"
    until(lambda: nas.login(user["login"], user["password"]).code == ACCESS_ACCEPT, 2)


def test_a_locked_contract_is_skipped_and_stops_no_other(provider):
    first, locked, last = provider.subscriber(), provider.subscriber(), provider.subscriber()
    for user in first, locked, last:
        charge(provider, user, "2020-03-10")
    with provider.sql() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("select from contract where id = %s for update", (locked["contract"],))
        answer = provider.run("billing", "run", "--on", "2020-06-01", json=False)
        assert answer.code == 0 and "2 suspended, 0 released, 1 skipped." in answer.out
        assert "another transaction holds the record" in answer.out
        assert [status(provider, user) for user in (first, locked, last)] == ["suspended", "active", "suspended"]
    assert [step["action"] for step in mine(run(provider, "2020-06-01"), locked)] == ["suspend"]
    for user in first, locked, last:
        settle(provider, user)


def test_the_defaults_come_from_the_configuration(lone):
    lone.write_config(billing={"pending_days": 1, "block_days": 3})
    lone.restart()
    lone.cut_without_notice()
    user = lone.subscriber()
    charge(lone, user, "2020-03-10")
    assert mine(run(lone, "2020-03-13"), user) == []
    assert [step["action"] for step in mine(run(lone, "2020-03-14"), user)] == ["suspend"]


def test_one_run_after_another_by_hand(provider):
    answer = provider.run("billing", "run", "--on", "30/02/2020")
    assert answer.code == 1 and answer.error["field"] == "on"
    assert provider.run("billing", "run", "--dry-run", json=False).code == 0
