"""Any history of notices, crashes and late news ends with the hub's orders, once each.

``PLUG4MARKET_HISTORIES=500`` looks for new histories; otherwise they are the same ones
in every run.
"""

import os
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from odoo_case import Plug4marketCase

from odoo.addons.plug4market_connector.hub import STATUS_RANK

wanted = os.environ.get("PLUG4MARKET_HISTORIES")
few_histories = settings(
    max_examples=int(wanted or 60),
    derandomize=not wanted,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

ORDERS = 2
LIFE = ("CREATED", "APPROVED", "INVOICED", "SHIPPED", "COMPLETED")

orders = st.integers(0, ORDERS - 1)
steps = st.one_of(
    st.tuples(st.just("advance"), orders),
    st.tuples(st.just("cancel"), orders),
    st.tuples(st.just("notice"), orders, st.sampled_from(LIFE), st.booleans()),
    st.tuples(st.just("work")),
    st.tuples(st.just("crash"), st.sampled_from(["claimed", "called", "settling"])),
    st.tuples(st.just("poll")),
    st.tuples(st.just("leases_end")),
    st.tuples(st.just("settle_late")),
)


# A process that was only slow settles what it read before another one went on.
SLOW_PROCESS = [
    ("notice", 1, "APPROVED", False),
    ("work",),
    ("notice", 1, "APPROVED", False),
    ("crash", "called"),
    ("advance", 1),
    ("leases_end",),
    ("work",),
    ("settle_late",),
]


class Crash(BaseException):
    """The end of the process: nothing of ours catches it."""


class TestHistories(Plug4marketCase):
    def setUp(self):
        super().setUp()
        key = "plug4market_connector.calls_per_minute"
        self.env["ir.config_parameter"].set_param(key, "100000")

    @few_histories
    @given(st.lists(steps, min_size=4, max_size=14), st.booleans())
    @example(SLOW_PROCESS, False)
    def test_every_history_ends_with_one_order_whose_status_is_the_hubs(
        self, history, refuses_repetition
    ):
        self.hub.faults(refuse_repeat=refuses_repetition)
        self.stock = [
            self.hub.order([("CAN-325", 1, 39.9)], status=LIFE[n % 2])
            for n in range(ORDERS)
        ]
        self.read_before_a_crash = []
        reached = {}
        for name, *arguments in history:
            getattr(self, f"step_{name}")(*arguments)
            self.check_nothing_went_back(reached)
        self.bring_to_an_end()

        in_hub = self.hub.orders()
        for hub_order in self.stock:
            known = in_hub[hub_order["id"]]
            order = self.find_order(hub_order)
            if known["status"] != "CANCELED" and known["status"] != "CREATED":
                self.assertEqual(len(order), 1)
                self.assertEqual(known["orderIdStore"], order.name)
            if order:
                self.assertEqual(len(order), 1)
                self.assertEqual(order.plug4market_status, known["status"])
                self.assertEqual(len(self.events(hub_order, kind="confirm")), 1)
        failed = self.env["plug4market.order.event"].search([("state", "=", "failed")])
        self.assertFalse(failed, failed.mapped("message"))
        self.assertNoWorkLeft()

    # -- what may happen ------------------------------------------------------

    def step_advance(self, number):
        """The marketplace goes on with an order; what is cancelled stays so."""
        uid = self.stock[number]["id"]
        status = self.hub.get_order(uid)["status"]
        if status in LIFE[:-1]:
            self.hub.set_status(uid, LIFE[LIFE.index(status) + 1])

    def step_cancel(self, number):
        self.hub.set_status(self.stock[number]["id"], "CANCELED")

    def step_notice(self, number, announced, upper_case):
        """A webhook comes: late, repeated, or ahead of the facts."""
        hub_order = self.stock[number]
        uid = hub_order["id"].upper() if upper_case else hub_order["id"]
        self.notice({**hub_order, "id": uid}, announced)

    def step_work(self):
        self.work()

    def step_poll(self):
        self.worker._poll_company(self.company)

    def step_crash(self, where):
        """A process ends with rows claimed, with a call made, or while it settles."""
        self.env.flush_all()
        try:
            with getattr(self, f"crash_{where}")():
                self.worker._run()
        except Crash:
            pass
        self.env.invalidate_all()

    @contextmanager
    def crash_claimed(self):
        with patch.object(type(self.worker), "_call_stores", side_effect=Crash):
            yield

    @contextmanager
    def crash_called(self):
        def remember_and_crash(worker, company, settle, done):
            self.read_before_a_crash.append((company, settle.__name__, done))
            raise Crash

        with patch.object(type(self.worker), "_settle_batch", remember_and_crash):
            yield

    @contextmanager
    def crash_settling(self):
        events = type(self.env["plug4market.order.event"])
        with patch.object(events, "_settle", side_effect=Crash):
            yield

    def step_leases_end(self):
        self.env.cr.execute("DELETE FROM plug4market_lease")
        self.env.invalidate_all()

    def step_settle_late(self):
        """A process that was only slow settles what it read long ago."""
        for company, settle, done in self.read_before_a_crash:
            self.worker._settle_batch(company, getattr(self.worker, settle), done)
        self.read_before_a_crash = []
        self.env.invalidate_all()

    def check_nothing_went_back(self, reached):
        """Late news changes nothing: no order's status is ever an earlier one again."""
        for hub_order in self.stock:
            status = self.find_order(hub_order).plug4market_status
            rank = STATUS_RANK.get(status, -1)
            self.assertGreaterEqual(rank, reached.get(hub_order["id"], -1), status)
            reached[hub_order["id"]] = rank

    # -- the end --------------------------------------------------------------

    def bring_to_an_end(self):
        """The last notice of each order comes, and every wait is over."""
        for hub_order in self.stock:
            self.notice(hub_order)
        for _round in range(5):
            self.step_leases_end()
            self.env["plug4market.order.event"].search(
                [("state", "=", "pending")]
            ).next_attempt_at = "2020-01-01"
            self.work()
