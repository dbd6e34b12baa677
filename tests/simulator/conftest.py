"""One simulator for the session, emptied before each test."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

ROOT = HERE.parent.parent

# The connector's hub/ too: some switches show that its client copes.
for folder in (HERE, ROOT, ROOT / "plug4market_connector"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import panel_browser
import simulator_support as support


@pytest.fixture(scope="session")
def running_simulator():
    with support.Server(seed=7) as server:
        yield server


@pytest.fixture
def simulator(running_simulator):
    running_simulator.clock.ahead = 0.0
    support.Control(running_simulator.url).post("/reset")
    return running_simulator


@pytest.fixture
def control(simulator):
    return support.Control(simulator.url)


@pytest.fixture
def shop(simulator, control):
    return support.Shop(
        simulator.url, control.post("/stores", cnpj=support.CNPJ, name="Loja A")
    )


@pytest.fixture
def receiver(control):
    with support.Receiver() as receiver:
        control.settings(webhook_url=receiver.url)
        yield receiver
        control.settings(webhook_url=None)


@pytest.fixture
def panel(simulator):
    return panel_browser.Panel(simulator.url)
