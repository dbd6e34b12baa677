"""Make ``import hub`` work as it does inside the addon: without Odoo."""

import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "plug4market_connector"
sys.path.append(str(ADDON))

import hub
from hub_fakes import ScriptedServer, make_pair
from patience import PATIENCE


@pytest.fixture
def addon_path():
    return ADDON


@pytest.fixture
def server():
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def pair():
    return make_pair()


@pytest.fixture
def client(server, pair):
    client = hub.Plug4MarketClient(server.url, pair, timeout=PATIENCE)
    yield client
    client.close()
