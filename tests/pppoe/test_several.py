"""Several subscribers at the same concentrator."""
from line import CONCENTRATOR
from relay import ACCOUNTING_REQUEST, value

HOMES = range(1, 6)
ACCT_SESSION_ID = 44


def test_five_at_once_are_five_sessions_although_they_share_an_id(line):
    """pppd 2.4.9 makes the Acct-Session-Id of the second's number alone, so within one second it is the same for all."""
    logins = [line.provider.subscriber("--ip", f"100.64.5.{home}")["login"] for home in HOMES]
    line.guest.run(f"stop_clock; dial_together mschap-v2 'senha do teste' {' '.join(logins)}")
    for home, login in zip(HOMES, logins):
        assert line.address(home) == line.open_session(login)["ip"] == f"100.64.5.{home}"
        line.at_home(f"ping -c {10 * home} -i 0.02 -s 1000 {CONCENTRATOR}", home)
    assert len({value(request, ACCT_SESSION_ID) for request in line.relay.seen(ACCOUNTING_REQUEST)}) == 1
    line.rest()
    for home, login in zip(HOMES, logins):
        session = line.closed_session(login)
        assert session["ip"] == f"100.64.5.{home}"
        line.check_octets(session, home)
