"""tests/faults at about a thousandth: the same scenarios, a few seconds each."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))

import databases  # noqa: E402
import ends  # noqa: E402
import storms  # noqa: E402

pytestmark = pytest.mark.slow


def holds(outcome):
    right, figures, why = outcome
    assert right, f"{figures}\n{why}"
    return figures


def test_nothing_acknowledged_is_lost_when_daemon_and_database_are_killed():
    """(F-11, N-01, N-18)"""
    figures = holds(ends.kill(kills=3, octets_between=150_000, nas=3))
    assert figures["acknowledged"] > 100


def test_the_online_table_after_a_kill_is_the_one_before():
    """(F-13)"""
    holds(ends.restart(sessions=200))


def test_a_damaged_tail_costs_no_record_before_it(cluster):
    """(F-14)"""
    holds(ends.tail(variants=5, sessions=100, cluster=cluster))


def test_a_power_loss_costs_nothing_that_was_acknowledged():
    """(F-12)"""
    figures = holds(ends.power_loss(kills=3, octets_between=100_000))
    assert figures["acknowledged"] > 100


@pytest.mark.threaded
def test_a_database_that_is_away_costs_nothing(cluster):
    """(F-03)"""
    holds(databases.database_away(seconds=2, rate=500, cluster=cluster))


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_takes_no_record_and_lets_logins_in(cluster):
    """(F-08, N-02)"""
    holds(databases.disk_full(mebibytes=3, logins=100, cluster=cluster))


def test_a_standby_that_lagged_gets_what_it_lacks(cluster):
    """(F-04)"""
    holds(databases.failover(sessions=100, cluster=cluster))


def test_the_snapshot_serves_while_the_database_is_away(cluster):
    """(F-01)"""
    holds(databases.snapshot(accounts=200, sessions=50, cluster=cluster))


def test_a_power_cut_of_all_subscribers_is_seen_by_nobody():
    """(F-17)"""
    holds(storms.power_cut(logins=200, within_ms=500, nas=4))


def test_a_concentrator_boots_with_and_without_a_word():
    """(F-25, F-26, N-11)"""
    holds(storms.reboot(sessions=200))
