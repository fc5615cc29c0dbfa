"""Real traffic through the tunnel is counted, in the right direction, once."""
from line import CONCENTRATOR
from radius import until
from relay import ACCESS_ACCEPT, ACCESS_REQUEST, ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE

DOWNLOADED, UPLOADED = 600_000, 200_000


def transfer(line, downloaded=DOWNLOADED, uploaded=UPLOADED):
    """The subscriber fetches a file from beyond the concentrator, then sends one."""
    line.guest.run(f"head -c {downloaded} /dev/zero > /run/www/file; yes | head -c {uploaded} > /run/outgoing")  # wget posts text alone
    line.at_home(f"wget -q -O /dev/null http://{CONCENTRATOR}/file")
    line.at_home(f"wget -q -O /dev/null --post-file /run/outgoing http://{CONCENTRATOR}/cgi-bin/take")
    assert int(line.guest.run("stat -c %s /run/incoming")) == uploaded


def test_octets_have_the_subscribers_direction_and_a_cause(line):
    subscriber = line.provider.subscriber("--ip", "100.64.2.1")
    line.connect(subscriber)
    transfer(line)
    line.guest.run("hang_up 1")
    session = line.closed_session(subscriber["login"])
    assert DOWNLOADED < session["download_octets"] < 1.2 * DOWNLOADED
    assert UPLOADED < session["upload_octets"] < 1.4 * UPLOADED
    line.check_octets(session)
    assert session["terminate_cause"] == "User-Request"
    assert session["ip"] == "100.64.2.1"


def test_a_lost_accept_is_answered_again(line):
    subscriber = line.provider.subscriber("--ip", "100.64.2.2")
    line.relay.lose(ACCESS_ACCEPT)
    line.connect(subscriber, "mschap-v2")
    line.ping()
    requests = line.relay.seen(ACCESS_REQUEST)
    assert len(requests) > 1 and len(set(requests)) == 1
    assert set(line.relay.seen(ACCESS_ACCEPT)) == set(line.relay.seen(ACCESS_ACCEPT, lost=True))
    assert len(line.decisions(subscriber["login"])) == 1


def test_lost_accounting_replies_count_once(line):
    subscriber = line.provider.subscriber("--ip", "100.64.2.3")
    line.relay.lose(ACCOUNTING_RESPONSE)
    line.connect(subscriber)
    until(lambda: line.relay.seen(ACCOUNTING_RESPONSE), 60, what="the Start was not repeated")
    transfer(line, downloaded=100_000, uploaded=30_000)
    line.relay.lose(ACCOUNTING_RESPONSE)
    line.guest.run("hang_up 1")
    until(lambda: len(line.relay.seen(ACCOUNTING_RESPONSE)) >= 2, 60, what="the Stop was not repeated")
    assert len(line.relay.seen(ACCOUNTING_REQUEST)) >= 4
    line.check_octets(line.closed_session(subscriber["login"]))
