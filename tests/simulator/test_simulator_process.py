"""The command, the state file and repeatable runs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from patience import PATIENCE, wait_until
from simulator_support import CNPJ, INVOICE, Control, Server, Shop

from simulator.persistence import dump, load
from simulator.state import Hub

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_only_loopback_hosts_are_served(host):
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--host", host, "--port", "1"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert "not a loopback address" in done.stderr


def test_the_command_serves_saves_and_stops(tmp_path):
    state = tmp_path / "deep" / "state.json"
    with subprocess.Popen(
        [sys.executable, "-c", SERVE_ANYWHERE, "--state", str(state)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        control = Control(url)
        wait_until(lambda: answers(url))
        control.post("/stores", cnpj=CNPJ)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
    assert json.loads(state.read_text())["stores"][0]["cnpj"] == CNPJ


# A free port is found first, so that no two runs of the tests collide.
SERVE_ANYWHERE = """
import runpy, socket, sys
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
print(port, flush=True)
sys.argv += ["--host", "127.0.0.1", "--port", str(port)]
runpy.run_module("simulator", run_name="__main__")
"""


def answers(url):
    try:
        return httpx.get(f"{url}/__control__/health", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def test_the_state_survives_a_restart(tmp_path):
    file = tmp_path / "state.json"
    with Server(state_file=file, seed=1) as server:
        control = Control(server.url)
        shop = Shop(server.url, control.post("/stores", cnpj=CNPJ))
        shop.create()
        order = control.order()
        shop.post(f"/orders/{order['id']}/confirm", {"orderIdStore": "S1"})
        shop.post(f"/orders/{order['id']}/invoice", INVOICE)
        control.settings(rate_limit=42, webhook_url="http://127.0.0.1:1/x")
        control.faults(refuse_repeat=True)
        saved = shop.get(f"/orders/{order['id']}")
    with Server(state_file=file, seed=1) as server:
        control = Control(server.url)
        again = Shop(server.url, shop.pair)
        assert again.get(f"/orders/{order['id']}") == saved
        assert again.get("/orders", integratedStore="true")["meta"]["totalItems"] == 1
        assert again.get("/products/CAM-P")["stock"] == 7
        settings = control.get("/settings")
        assert settings["rate_limit"] == 42
        assert settings["webhook_url"] == "http://127.0.0.1:1/x"
        assert control.get("/faults")["refuse_repeat"] is False
        assert control.order(notify=False)["id"] != order["id"]
        again.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})
    assert os.stat(file).st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]


def test_a_restart_goes_on_with_the_seeds_ids():
    hub, restarted = Hub(seed=1), Hub(seed=1)
    hub.new_uuid()
    load(restarted, json.loads(json.dumps(dump(hub))))
    assert restarted.new_uuid() == hub.new_uuid()


def test_the_state_is_saved_while_running(tmp_path):
    file = tmp_path / "state.json"
    with Server(state_file=file) as server:
        Control(server.url).post("/stores", cnpj=CNPJ)
        wait_until(lambda: file.exists() and CNPJ in file.read_text())


def test_a_seed_makes_runs_repeatable():
    def run(seed):
        with Server(seed=seed) as server:
            control = Control(server.url)
            control.post("/stores", cnpj=CNPJ)
            order = control.order()
            return order["id"], order["billing"], order["saleChannelOrderId"]

    assert run(1) == run(1) != run(2)
