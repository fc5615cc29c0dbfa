"""A committed change is in force within a second, whoever wrote it and in whatever order transactions end."""
import time

import pytest
from porteiro import SLOWER
from radius import ACCESS_ACCEPT, ACCESS_REJECT, FRAMED_POOL, until

pytestmark = pytest.mark.threaded
SOON = 1.0 * SLOWER


@pytest.fixture(scope="module")
def nas(provider):
    return provider.nas("--vendor", "mikrotik")


@pytest.fixture
def user(provider):
    return provider.subscriber()


def code(nas, user):
    return nas.login(user["login"], user["password"]).code


def soon(condition, what):
    began = time.monotonic()
    until(condition, 10, what=what)
    assert time.monotonic() - began < SOON, f"{what}: only after {time.monotonic() - began:.2f} s"


def test_a_command_decides_the_next_request(provider, nas, user):
    soon(lambda: code(nas, user) == ACCESS_ACCEPT, "a new login")
    provider.cli("contract", "suspend", user["contract"], "--reason", "x", "--kind", "request")
    soon(lambda: code(nas, user) == ACCESS_REJECT, "a suspension")
    provider.cli("contract", "release", user["contract"])
    soon(lambda: code(nas, user) == ACCESS_ACCEPT, "a release")
    provider.cli("login", "set", user["login"], "--password", "-", stdin="new password")
    soon(lambda: nas.login(user["login"], "new password").code == ACCESS_ACCEPT, "a new password")
    assert code(nas, user) == ACCESS_REJECT
    provider.cli("login", "remove", user["login"])
    soon(lambda: nas.login(user["login"], "new password").code == ACCESS_REJECT, "a removed login")


def test_a_command_that_has_returned_is_in_force(provider, nas, user):
    for _ in range(10):
        provider.cli("contract", "suspend", user["contract"], "--reason", "x", "--kind", "request")
        assert code(nas, user) == ACCESS_REJECT
        provider.cli("contract", "release", user["contract"])
        assert code(nas, user) == ACCESS_ACCEPT


def test_a_plan_changes_for_all_its_logins(provider, nas, user):
    other = provider.subscriber(plan=user["plan"])
    provider.cli("plan", "set", user["plan"], "--download", "600M", "--framed-pool", "new-pool")
    for one in (user, other):
        soon(lambda: nas.login(one["login"], one["password"]).vendor(14988, 8) == [b"150M/600M"], "a new rate")
        assert nas.login(one["login"], one["password"]).get(FRAMED_POOL) == b"new-pool"


def test_a_nas_comes_and_goes(provider, user):
    own = provider.nas()
    assert code(own, user) == ACCESS_ACCEPT
    provider.cli("nas", "set", own.name, "--secret", "-", stdin="quite another secret")
    old, own.secret = own.secret, "quite another secret"
    soon(lambda: (reply := own.login(user["login"], user["password"], timeout=0.2)) and reply.code == ACCESS_ACCEPT, "a new secret")
    own.secret = old
    assert own.login(user["login"], user["password"], timeout=0.2) is None
    own.secret = "quite another secret"
    provider.cli("nas", "remove", own.name)
    soon(lambda: own.login(user["login"], user["password"], timeout=0.1) is None, "a removed NAS")


def test_plain_sql_decides_the_next_request(provider, nas, user):
    assert code(nas, user) == ACCESS_ACCEPT
    provider.psql("update login set enabled = false where login = %s", user["login"])
    soon(lambda: code(nas, user) == ACCESS_REJECT, "a disabled login")
    provider.psql("update login set enabled = true where login = %s", user["login"])
    soon(lambda: code(nas, user) == ACCESS_ACCEPT, "an enabled login")
    provider.psql("update client set active = false where id = %s", user["client"])
    soon(lambda: code(nas, user) == ACCESS_REJECT, "an inactive client")


def test_what_is_not_committed_is_not_in_force(provider, nas, user):
    with provider.sql() as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("update porteiro.login set enabled = false where login = %s", (user["login"],))
        other = provider.subscriber()
        soon(lambda: code(nas, other) == ACCESS_ACCEPT, "a change beside an open transaction")
        assert code(nas, user) == ACCESS_ACCEPT
        connection.rollback()


def test_transactions_that_commit_out_of_order(provider, nas):
    """The feed's numbers say when a row was written, not when it was committed: the slow one must not be missed."""
    users = [provider.subscriber() for _ in range(3)]
    with provider.sql() as slow, provider.sql() as middle:
        for connection, user in ((slow, users[0]), (middle, users[1])):
            connection.autocommit = False
            with connection.cursor() as cursor:
                cursor.execute("update porteiro.login set enabled = false where login = %s", (user["login"],))
        provider.psql("update login set enabled = false where login = %s", users[2]["login"])
        soon(lambda: code(nas, users[2]) == ACCESS_REJECT, "the last writer, first committer")
        middle.commit()
        soon(lambda: code(nas, users[1]) == ACCESS_REJECT, "the middle one")
        assert code(nas, users[0]) == ACCESS_ACCEPT
        slow.commit()
        soon(lambda: code(nas, users[0]) == ACCESS_REJECT, "the slow one")


def test_a_lost_notification_connection(provider, nas, user):
    assert code(nas, user) == ACCESS_ACCEPT
    gone = provider.psql("select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%%' or query ilike '%%porteiro_change%%' "
                         "and pid <> pg_backend_pid()")
    all_of_them = gone or provider.psql("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'")
    assert all_of_them
    provider.psql("update login set enabled = false where login = %s", user["login"])
    until(lambda: code(nas, user) == ACCESS_REJECT, 5 * SLOWER)


def test_every_connection_lost_again_and_again(provider, nas):
    for _ in range(3):
        provider.psql("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'")
        user = until(lambda: attempt(provider), 10 * SLOWER)
        until(lambda: code(nas, user) == ACCESS_ACCEPT, 5 * SLOWER)


def attempt(provider):
    """A subscriber, or None while the database is thought away."""
    if provider.run("client", "list", "--limit", 1).code != 0:
        return None
    return provider.subscriber()


def test_a_bulk_of_rows(provider, nas):
    users = [provider.subscriber() for _ in range(5)]
    provider.psql("update login set enabled = false where login = any(%s)", [user["login"] for user in users])
    for user in users:
        soon(lambda: code(nas, user) == ACCESS_REJECT, "one of many rows")


def test_a_restart_knows_everything(lone):
    nas, user = lone.nas(), lone.subscriber()
    assert code(nas, user) == ACCESS_ACCEPT
    lone.restart()
    assert code(nas, user) == ACCESS_ACCEPT
    lone.kill9()
    lone.start()
    assert code(nas, user) == ACCESS_ACCEPT
