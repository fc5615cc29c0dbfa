"""What the plan and the login say reaches the concentrator, and it does as told."""


def test_address_rate_and_times_are_delivered(line):
    plan = line.provider.plan("--session-timeout", 7200, "--interim", 600, download="50M", upload="20M")["name"]
    subscriber = line.provider.subscriber("--ip", "100.64.7.7", plan=plan)
    line.connect(subscriber, "mschap-v2")
    assert line.address() == "100.64.7.7"
    line.ping()
    received = line.received("100.64.7.7")
    assert received["Mikrotik-Rate-Limit"] == "20M/50M"  # the router's point of view: what it receives, what it sends
    assert received["Session-Timeout"] == "7200"
    assert received["Acct-Interim-Interval"] == "600"
    assert line.open_session(subscriber["login"])["ip"] == "100.64.7.7"


def test_the_session_ends_at_its_time_limit(line):
    plan = line.provider.plan("--session-timeout", 10)["name"]
    subscriber = line.provider.subscriber("--ip", "100.64.7.8", plan=plan)
    line.connect(subscriber)
    assert line.closed_session(subscriber["login"])["terminate_cause"] == "Session-Timeout"
