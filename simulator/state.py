"""What the hub knows: stores, products, orders, settings. Kept in memory.

Everything runs on the one event loop of the server, so a handler that does not await
cannot be interrupted: there is no lock. Only the webhook threads live elsewhere; they
get finished payloads and never read the state.
"""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .calls import CallLog
from .clock import iso
from .faults import Faults
from .settings import Settings
from .webhooks import WebhookSender

DEFAULT_URL = "http://127.0.0.1:8070"


@dataclass
class SoftwareHouse:
    """Who resells the hub; its login may fetch the tokens of its stores."""

    cnpj: str
    login: str
    password: str
    user_id: str
    webhook_id: str


@dataclass
class Store:
    cnpj: str
    name: str
    id: str
    created_at: str
    profile: dict[str, Any] = field(default_factory=dict)
    # The `refreshToken` claim of each pair ever issued: "current", "used", "revoked".
    pairs: dict[str, str] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    order_ids: list[str] = field(default_factory=list)


@dataclass
class Order:
    """An order; `detail` is the wire format of section 7.3."""

    store_cnpj: str
    channel: int
    integrated: bool
    detail: dict[str, Any]

    @property
    def id(self) -> str:
        return self.detail["id"]

    @property
    def status(self) -> str:
        return self.detail["status"]


class Hub:
    """The whole simulated hub."""

    def __init__(
        self,
        *,
        seed: int | None = None,
        public_url: str = DEFAULT_URL,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.seed = seed
        self.public_url = public_url.rstrip("/")
        self.clock = clock
        self.calls = CallLog()
        self.webhooks = WebhookSender(clock)
        self.changed = False
        self.reset()

    def reset(self) -> None:
        """Forget everything and start again with the software house alone."""
        self.random = random.Random(self.seed)
        self.secret = self.new_hash()
        self.software_house = SoftwareHouse(
            cnpj="12345678000195",
            login="dev@example.com",
            password="plug4market",
            user_id=self.new_uuid(),
            webhook_id=self.new_uuid(),
        )
        self.stores: dict[str, Store] = {}
        self.orders: dict[str, Order] = {}
        self.next_order_number = 1001
        self.settings = Settings()
        self.faults = Faults()
        self.calls.clear()
        self.calls.accepted.clear()
        self.webhooks.clear()
        self.touch()

    def touch(self) -> None:
        """Note that there is something to save."""
        self.changed = True

    def now(self) -> str:
        return iso(self.clock())

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def new_object_id(self) -> str:
        """Return 24 hex digits, as store, category and announcement ids are."""
        return f"{self.random.getrandbits(96):024x}"

    def new_hash(self) -> str:
        return f"{self.random.getrandbits(256):064x}"

    def add_store(
        self, cnpj: str, name: str = "", profile: dict[str, Any] | None = None
    ) -> Store:
        """Return the store with this CNPJ, created when it is new."""
        store = self.stores.get(cnpj)
        if store is None:
            store = Store(
                cnpj=cnpj,
                name=name or f"Loja {cnpj}",
                id=self.new_object_id(),
                created_at=self.now(),
                profile=profile or {},
            )
            self.stores[cnpj] = store
            self.touch()
        return store

    def add_order(self, order: Order) -> None:
        key = order.id.lower()
        self.orders[key] = order
        self.stores[order.store_cnpj].order_ids.append(key)
        self.touch()

    def store_orders(self, store: Store) -> list[Order]:
        return [self.orders[key] for key in store.order_ids]
