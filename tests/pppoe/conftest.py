"""Fixtures: `line` is one guest and one daemon for the whole run; after each test everybody hangs up."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

import image  # noqa: E402
from line import Line  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--only", default="", help="run only the tests whose name contains this text")


def pytest_collection_modifyitems(config, items):
    items[:] = [item for item in items if config.getoption("--only") in item.nodeid]
    config.pppoe_lacks = ""
    if items:
        try:
            image.require_programs()
            image.kernel()
        except image.Missing as missing:
            config.pppoe_lacks = str(missing)
            items.clear()


def pytest_report_collectionfinish(config):
    return f"SKIPPED tests/pppoe: {config.pppoe_lacks}" if config.pppoe_lacks else []


@pytest.fixture(scope="session")
def running():
    own = Line()
    try:
        yield own
    finally:
        own.close()


@pytest.fixture
def line(running):
    running.relay.forget()
    yield running
    running.rest()
