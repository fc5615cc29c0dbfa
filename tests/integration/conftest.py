"""Fixtures: `provider` is one daemon per test file, `lone` a daemon per test (for tests that break things)."""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from cluster import Cluster  # noqa: E402
from concentrator import Concentrator  # noqa: E402
from loop import Loop  # noqa: E402
from porteiro import Provider  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--only", default="", help="run only the tests whose name contains this text")


def pytest_configure(config):
    config.addinivalue_line("markers", "threaded: worth running under ThreadSanitizer")
    config.addinivalue_line("markers", "slow: left out of the run under AddressSanitizer")


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("--only")
    if wanted:
        items[:] = [item for item in items if wanted in item.nodeid]


@pytest.fixture(scope="module")
def provider(request):
    """Shared by the tests of a file; its settings may stand in the file as CONFIG."""
    shared = Provider(config=getattr(request.module, "CONFIG", None))
    try:
        yield shared.start()
    finally:
        shared.close()


@pytest.fixture
def lone(request):
    """A daemon that this test may kill."""
    own = Provider(config=getattr(request.module, "CONFIG", None))
    try:
        yield own.start()
    finally:
        own.close()


class Concentrators:
    """Makes simulated concentrators; none of them may have seen a rule broken at the end."""

    def __init__(self):
        self.loop, self.made = Loop(), []

    def __call__(self, provider, *flags, **options):
        self.made.append(Concentrator(self.loop, provider, *flags, **options))
        return self.made[-1]

    def close(self):
        wrong = [*self.loop.problems, *(one for nas in self.made for one in nas.violations)]
        for nas in self.made:
            nas.close()
        self.loop.close()
        assert wrong == [], "\n".join(wrong)


@pytest.fixture
def concentrators():
    own = Concentrators()
    try:
        yield own
    finally:
        own.close()


@pytest.fixture(scope="module")
def shared_concentrators():
    own = Concentrators()
    try:
        yield own
    finally:
        own.close()


@pytest.fixture
def cluster():
    own = Cluster()
    try:
        yield own
    finally:
        own.close()


def pytest_make_parametrize_id(val):
    return (val.hex()[:16] or "empty") if isinstance(val, bytes) else None
