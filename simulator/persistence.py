"""The state in a file: JSON, replaced as a whole, read at the start."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from .settings import Settings
from .state import Hub, Order, SoftwareHouse, Store

PAUSE = 1.0  # seconds between two looks for changes


def dump(hub: Hub) -> dict[str, Any]:
    """Return what survives a restart; calls, deliveries and faults do not."""
    version, numbers, gauss = hub.random.getstate()
    return {
        "secret": hub.secret,
        "software_house": vars(hub.software_house),
        "stores": [vars(store) for store in hub.stores.values()],
        "orders": [vars(order) for order in hub.orders.values()],
        "next_order_number": hub.next_order_number,
        "settings": hub.settings.model_dump(),
        "random": [version, numbers, gauss],
    }


def load(hub: Hub, saved: dict[str, Any]) -> None:
    hub.secret = saved["secret"]
    hub.software_house = SoftwareHouse(**saved["software_house"])
    hub.stores = {store["cnpj"]: Store(**store) for store in saved["stores"]}
    orders = [Order(**order) for order in saved["orders"]]
    hub.orders = {order.id.lower(): order for order in orders}
    hub.next_order_number = saved["next_order_number"]
    hub.settings = Settings(**saved["settings"])
    version, numbers, gauss = saved["random"]
    hub.random.setstate((version, tuple(numbers), gauss))


class StateFile:
    def __init__(self, hub: Hub, path: Path) -> None:
        self.hub = hub
        self.path = path
        if path.exists():
            load(hub, json.loads(path.read_text("utf-8")))
        hub.changed = False

    def save(self) -> None:
        """Write the file if anything changed; readers see the old or the new one."""
        if not self.hub.changed:
            return
        self.hub.changed = False
        text = json.dumps(dump(self.hub), ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(self.path.name + ".new")
        # It holds signing keys, if only invented ones.
        with open(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as f:
            f.write(text)
        beside.replace(self.path)

    async def save_now_and_then(self) -> None:
        """Save for as long as the server runs; a big state is saved less often."""
        pause = PAUSE
        while True:
            await asyncio.sleep(pause)
            started = time.monotonic()
            self.save()
            pause = max(PAUSE, 20 * (time.monotonic() - started))
