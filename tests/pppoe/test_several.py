"""Several subscribers at the same concentrator."""
HOMES = range(1, 6)


def test_five_dial_at_once(line):
    """Those that come up within one second share an Acct-Session-Id: pppd 2.4.9 makes it of the time alone."""
    logins = [line.provider.subscriber("--ip", f"100.64.5.{home}")["login"] for home in HOMES]
    line.guest.run(f"dial_together mschap-v2 'senha do teste' {' '.join(logins)}")
    for home, login in zip(HOMES, logins):
        assert line.address(home) == line.open_session(login)["ip"] == f"100.64.5.{home}"
        line.at_home(f"ping -c {10 * home} -i 0.02 -s 1000 10.255.0.1", home)
    line.rest()
    for home, login in zip(HOMES, logins):
        session = line.closed_session(login)
        assert session["upload_octets"] == line.own_count(home)[0]
        assert session["ip"] == f"100.64.5.{home}"
