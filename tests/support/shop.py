"""Real Odoo processes and a simulator, for tests that need more than one transaction.

    with open_shop("webhook") as shop:
        shop.server.url, shop.hub.order(...), shop.odoo.call(...)

Its database is a clone of the test database as it was before pytest connected to it.
"""

import contextlib
import re

from hub_control import HubControl, product_values
from patience import PATIENCE, wait_until

from devkit import databases, demo, odoo, paths, postgres
from devkit.console import Failure
from devkit.servers import OdooServer, Simulator

CONNECTOR = "plug4market"


class Shop:
    """One database, the hub, and every Odoo process started on that database."""

    def __init__(self, name, hub):
        self.database = f"{paths.TEMPLATE_DATABASE}_{name}"
        self.hub = hub
        self.servers = []
        self.logs = []
        self.odoo = None

    @property
    def server(self):
        return self.servers[0]

    def start(self, **options):
        """Start one more Odoo process on the database; it may be as slow as we are."""
        patient = {"limit_time_real": 10 * PATIENCE, **options}
        return self.restart(OdooServer(self.database, **patient))

    def restart(self, server):
        """Start a process (again), with a log of its own."""
        server.log_path = paths.LOGS / f"odoo-{self.database}-{len(self.logs)}.log"
        self.logs.append(server.log_path)
        if server not in self.servers:
            self.servers.append(server)
        return server.start()

    def connect(self):
        """Do by RPC what the walk in the browser does by hand."""
        self.odoo = demo.connect(self.server.url, self.hub.url, self.database)

    def sign_in(self):
        """Only sign in; the company stays as it is."""
        self.odoo = demo.OdooSession(self.server.url, self.database)

    def only_our_jobs(self):
        """Let none of Odoo's own jobs run: housekeeping would race with the tests."""
        self.sql("UPDATE ir_cron SET active = cron_name LIKE 'Plug4Market: %'")

    def only_pokes(self, only=True):
        """Let nothing wake the queue of orders but a poke: a lost one shows."""
        moment = "interval '1 day'" if only else "interval '0'"
        self.sql(
            f"UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + {moment} "
            "WHERE cron_name LIKE 'Plug4Market: process%'"
        )

    def poke(self, *crons):
        """Run scheduled jobs now, as the administrator's button does."""
        for name in crons:
            _model, cron = self.odoo.call(
                "ir.model.data",
                "check_object_reference",
                "plug4market_connector",
                f"ir_cron_plug4market_{name}",
            )
            wait_until(lambda cron=cron: self._run_job(cron), f"the job {name}")

    def _run_job(self, cron):
        """Run a scheduled job; False when it is running just now."""
        try:
            self.odoo.call("ir.cron", "method_direct_trigger", [cron])
        except Failure as refused:
            if "already executing" not in str(refused):
                raise
            return False
        return True

    def send_waiting(self):
        """Send the SKUs that wait, also those that were sent a moment ago."""

        def nothing_waits():
            self.sql(
                "UPDATE plug4market_sku "
                "SET synced_at = NULL, next_attempt_at = '2020-01-01' "
                # The server's own job is at those that are leased.
                "WHERE lease_id IS NULL "
                "AND (synced_at IS NOT NULL OR next_attempt_at > now())"
            )
            waiting = (
                "SELECT 1 FROM plug4market_sku WHERE state = 'pending' "
                "UNION SELECT 1 FROM plug4market_sku_change"
            )
            if found := self.sql(waiting):
                self.poke("export_products")
            return not found

        wait_until(nothing_waits, "the end of what is being sent")

    def stop(self):
        for server in self.servers:
            server.stop()

    # -- looking --------------------------------------------------------------

    def sql(self, statement):
        """Return the rows that one statement finds, as lists of texts."""
        found = postgres.sql(statement, self.database)
        return [line.split("|") for line in found.splitlines()]

    def value(self, statement):
        ((value,),) = self.sql(statement)
        return value

    def orders(self):
        """Return the marketplace orders of Odoo by their id in the hub."""
        rows = self.odoo.call(
            "sale.order",
            "search_read",
            [("plug4market_order_uid", "!=", False)],
            ["name", "state", "plug4market_order_uid", "plug4market_status"],
        )
        by_uid = {row["plug4market_order_uid"]: row for row in rows}
        assert len(by_uid) == len(rows), "an order of the hub is in Odoo twice"
        return by_uid

    def add_product(self, sku, name, price, stock=0):
        """Make a product that lacks nothing the hub asks for."""
        values = product_values(sku, name, price)
        (product,) = self.odoo.call("product.product", "create", [values])
        if stock:
            self.add_stock(product, stock)
        return product

    def add_stock(self, product, quantity):
        """Count ``quantity`` units of a product in the first warehouse."""
        warehouses = self.odoo.call(
            "stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1
        )
        quant = {
            "product_id": product,
            "location_id": warehouses[0]["lot_stock_id"][0],
            "inventory_quantity": quantity,
        }
        context = {"inventory_mode": True}
        quants = self.odoo.call("stock.quant", "create", [quant], context=context)
        self.odoo.call("stock.quant", "action_apply_inventory", quants)

    def assert_clean_logs(self, *expected, without=()):
        """No line of ours is louder than INFO, but those that match ``expected``.

        ``without``: logs of processes that were cut off, which say so loudly
        """
        found = [
            record
            for log in self.logs
            if log not in without
            for record in odoo.complaints(log, self.database, CONNECTOR)
            if not any(re.search(pattern, record) for pattern in expected)
        ]
        assert found == []


@contextlib.contextmanager
def open_shop(name):
    """Have a database of its own and a hub for this block; all is gone after it."""
    with Simulator() as simulator:
        hub = HubControl(simulator.url)
        hub.reset()
        shop = Shop(name, hub)
        databases.clone(paths.TEMPLATE_DATABASE, shop.database)
        shop.only_our_jobs()
        try:
            yield shop
        finally:
            shop.stop()
            databases.drop(shop.database)
