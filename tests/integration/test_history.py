"""Who changed what: by command, by plain SQL, on behalf of an operator; immutable, and without secrets."""
import getpass
import json

import psycopg2
import pytest
from radius import until


def history(provider, *flags):
    return provider.cli("history", "list", *flags)


def test_a_command_is_recorded_with_its_user(provider):
    client = provider.client()
    provider.cli("client", "set", client["id"], "--email", "a@b.example")
    provider.cli("client", "set", client["id"], "--email", "c@d.example")
    rows = history(provider, "--client", client["id"])
    assert set(rows[0]) == {"id", "at", "actor", "operator", "address", "record", "record_id", "action", "field", "old", "new", "reason"}
    assert {row["actor"] for row in rows} == {getpass.getuser()}
    latest = rows[0]
    assert (latest["record"], latest["record_id"], latest["action"], latest["field"], latest["old"], latest["new"]) == \
        ("client", client["id"], "set", "email", "a@b.example", "c@d.example")
    assert rows[-1]["action"] == "add"


def test_contracts_and_logins_stand_in_the_clients_history(provider):
    user = provider.subscriber()
    provider.cli("contract", "suspend", user["contract"], "--reason", "boleto 118", "--kind", "request")
    provider.cli("login", "set", user["login"], "--framed-pool", "x")
    rows = history(provider, "--client", user["client"])
    assert {row["record"] for row in rows} >= {"client", "contract", "login"}
    assert any(row["field"] == "status" and row["old"] == "active" and row["new"] == "suspended" for row in rows)
    assert any(row["field"] == "suspension_reason" and row["new"] == "boleto 118" for row in rows)
    assert {row["record"] for row in history(provider, "--login", user["login"])} == {"login"}


def test_the_reason_of_a_release_is_recorded(provider):
    user = provider.subscriber()
    provider.cli("contract", "suspend", user["contract"], "--reason", "boleto 118", "--kind", "request")
    provider.cli("contract", "release", user["contract"], "--reason", "paid at the counter")
    rows = [row for row in history(provider, "--client", user["client"]) if row["field"] == "status"]
    assert [(row["new"], row["reason"]) for row in rows] == [("active", "paid at the counter"), ("suspended", None)]


def test_removal_is_recorded(provider):
    plan = provider.plan()
    provider.cli("plan", "remove", plan["name"])
    assert provider.psql("select count(*) from history where record = 'plan' and record_id = %s and action = 'remove'", plan["id"]) == [(1,)]


def test_secrets_are_no_part_of_it(provider):
    user = provider.subscriber(password="a very secret password")
    provider.cli("login", "set", user["login"], "--password", "-", stdin="another secret password")
    rows = history(provider, "--login", user["login"])
    assert any(row["field"] == "password" for row in rows)
    assert "secret password" not in json.dumps(rows)
    assert all(row["new"] in ("set", None) for row in rows if row["field"] == "password")


def test_plain_sql_is_recorded_by_role_or_named_actor(provider):
    client = provider.client()
    with provider.sql() as connection, connection.cursor() as cursor:
        cursor.execute("select session_user")
        role = cursor.fetchone()[0]
        cursor.execute("update client set note = 'by sql' where id = %s", (client["id"],))
        cursor.execute("set porteiro.actor = 'maria'")
        cursor.execute("update client set note = 'by maria' where id = %s", (client["id"],))
    rows = [row for row in history(provider, "--client", client["id"]) if row["field"] == "note"]
    assert [(row["actor"], row["old"], row["new"]) for row in rows] == [("maria", "by sql", "by maria"), (role, None, "by sql")]
    assert client["id"] in [row["record_id"] for row in history(provider, "--actor", "maria")]


def test_on_behalf_of_is_believed_from_us(provider):
    client = provider.client()
    with provider.admin() as peer:
        peer.sendall(json.dumps({"id": 1, "command": "client set", "arguments": {"id": client["id"], "note": "x"},
                                 "on_behalf_of": {"operator": "joana", "address": "192.0.2.7"}}).encode() + b"\n")
        assert "result" in json.loads(peer.makefile().readline())
    row = history(provider, "--client", client["id"])[0]
    assert (row["operator"], row["address"]) == ("joana", "192.0.2.7")


def test_address_from_ssh(provider):
    client = provider.client()
    answer = provider.run("client", "set", client["id"], "--note", "x", env={"SSH_CONNECTION": "198.51.100.9 50022 10.0.0.1 22"})
    assert answer.code == 0
    assert history(provider, "--client", client["id"])[0]["address"] == "198.51.100.9"


def test_it_cannot_be_altered(provider):
    provider.client()
    for statement in ("update porteiro.history set actor = 'x'", "delete from porteiro.history", "truncate porteiro.history", "truncate porteiro.client cascade"):
        with pytest.raises(psycopg2.Error):
            provider.psql(statement)


def test_since_and_limit(provider):
    assert history(provider, "--since", "2999-01-01") == []
    assert len(history(provider, "--limit", "1")) == 1
    assert until(lambda: len(history(provider, "--since", "2020-01-01T00:00:00-03:00")) > 1)
