"""How many calls of a store are under way at once, and what goes first."""

from datetime import timedelta
from functools import partial
from unittest.mock import patch

from product_case import ProductCase

from odoo import fields

from odoo.addons.plug4market_connector.hub import (
    CredentialsError,
    HubUnavailable,
    RateLimited,
)
from odoo.addons.plug4market_connector.models.store import plug4market_store_calls

CALLS = "odoo.addons.plug4market_connector.models.store.plug4market_store_calls"


class TestPace(ProductCase):
    def setUp(self):
        super().setUp()
        self.budget = self.env["plug4market.budget"]
        self.row = self.budget.search([("company_id", "=", self.company.id)])
        self.calls_at_once(None)

    def at_once(self, lane="orders"):
        return self.budget._calls_under_way(self.company, lane)

    def learn(self, seconds=1.0, troubled=False):
        self.env.flush_all()
        self.budget._learn_pace(self.company, seconds, troubled=troubled)
        self.env.invalidate_all()

    def test_orders_and_clicks_go_six_at_once(self):
        self.assertEqual([self.at_once("orders"), self.at_once("click")], [6, 6])
        self.assertEqual(self.at_once("sold_out"), 6)

    def test_the_bound_is_a_setting(self):
        for value, bound in (("2", 2), ("0", 1), ("many", 6), ("12", 12)):
            with self.subTest(value):
                self.calls_at_once(value)
                self.assertEqual(self.at_once(), bound)

    def test_the_catalogue_takes_what_its_minute_needs_at_the_hubs_pace(self):
        for seconds, calls in ((0.01, 1), (0.3, 1), (1.0, 2), (2.0, 4), (30.0, 6)):
            with self.subTest(seconds):
                self.row.answer_seconds = 0
                self.learn(seconds)
                self.assertEqual(self.at_once("content"), calls)

    def test_the_answer_time_is_that_of_late(self):
        self.learn(1.0)
        for _round in range(20):
            self.learn(3.0)
        self.assertAlmostEqual(self.row.answer_seconds, 3.0, 2)

    def test_a_hub_that_has_too_much_gets_half_and_slowly_more_again(self):
        told = []
        for troubled in (True, True, True, *[False] * 6):
            self.learn(troubled=troubled)
            told.append(self.at_once())
        self.assertEqual(told, [3, 1, 1, 2, 3, 4, 5, 6, 6])

    def call(self, *outcomes):
        """Make calls that end like these; return what became of each."""

        def made(outcome, _client):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        calls = [partial(made, outcome) for outcome in outcomes]
        store_calls = self.env["plug4market.store.calls"]
        done = store_calls._call_stores({self.company: calls}, {self.company: "orders"})
        return done[self.company]

    def test_what_the_hub_answers_is_learned(self):
        for error in (HubUnavailable("503"), RateLimited("429", retry_after=1)):
            with self.subTest(error):
                self.row.calls_at_once = 0
                self.env.flush_all()
                self.call(error)
                self.env.invalidate_all()
                self.assertEqual(self.at_once(), 3)
        self.row.hold_until = False
        self.env.flush_all()
        self.call("well")
        self.env.invalidate_all()
        self.assertEqual(self.at_once(), 4)
        self.assertGreater(self.row.answer_seconds, 0)

    def test_answers_stand_where_their_calls_stood(self):
        done = self.call(*range(30))
        self.assertEqual([outcome.answer for outcome in done], list(range(30)))

    def test_old_tokens_are_renewed_once_for_all_calls_under_way(self):
        renewed, seen = [], []

        def renew(_calls, _company, client):
            renewed.append(client)
            client.tokens = "new"

        def call(number, client):
            seen.append(number)
            if client.tokens != "new":
                raise CredentialsError("401", status=401)
            return number

        model = type(self.env["plug4market.store.calls"])
        with patch.object(model, "_renew_tokens", renew):
            done = self.env["plug4market.store.calls"]._call_stores(
                {self.company: [partial(call, number) for number in range(20)]},
                {self.company: "orders"},
            )[self.company]
        self.assertEqual(len(renewed), 1)
        self.assertEqual([outcome.answer for outcome in done], list(range(20)))

    def test_a_call_that_is_forbidden_for_its_own_sake_stops_no_other(self):
        forbidden = CredentialsError("403", status=403)
        done = self.call(1, forbidden, 2, 3, forbidden, 4)
        self.assertEqual([one.answer for one in done], [1, None, 2, 3, None, 4])
        self.assertTrue(all(outcome.made for outcome in done))


class TestOrdersFirst(ProductCase):
    def setUp(self):
        super().setUp()
        self.products = self.env["product.product"].union(
            *(self.make_product(f"P-{n}", f"P {n}", 10) for n in range(4))
        )
        self.rows = self.env["plug4market.sku"]._offer(self.company, self.products)
        self.env.flush_all()

    def order_waits(self):
        self.notice(self.hub.order([("GAR-750", 1, 10)]))
        self.env.flush_all()

    def test_calls_that_were_not_begun_wait_as_before(self):
        self.order_waits()
        real = plug4market_store_calls.side_by_side

        def at_once_held_back(calls, **options):
            self.assertTrue(options["meanwhile"]({}))
            return real(calls, **{**options, "meanwhile": lambda _news: True})

        with (
            patch(f"{CALLS}.side_by_side", at_once_held_back),
            patch("odoo.addons.plug4market_connector.hub.side_by_side.LOOK_AROUND", 0),
        ):
            self.env["plug4market.sku.exporter"]._run()
        self.env.invalidate_all()
        sent = self.rows.filtered("sent_sku")
        self.assertLess(len(sent), len(self.rows))
        for row in self.rows - sent:
            self.assertEqual(
                (row.state, row.error, row.attempts, row.lease_id.ids),
                ("pending", False, 0, []),
            )
        self.export()
        self.assertEqual(set(self.rows.mapped("state")), {"synced"})

    def test_the_job_lets_an_order_go_first_and_wakes_its_worker(self):
        self.order_waits()
        cron = "plug4market_connector.ir_cron_plug4market_"
        exporter = self.env.ref(f"{cron}export_products").sudo()
        jobs = self.env.ref(f"{cron}process_events") | exporter
        exporter.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.rows.filtered("sent_sku"))
        triggered = self.env["ir.cron.trigger"].search([("cron_id", "in", jobs.ids)])
        self.assertEqual(triggered.cron_id, jobs)

        self.work()
        exporter.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.rows.filtered("sent_sku")), 4)

    def test_it_does_not_wait_for_an_order_that_is_worked_on(self):
        self.order_waits()
        with self.worker._at_work():
            self.env["plug4market.order.event"]._claim()
            self.assertFalse(self.env["plug4market.budget"]._orders_wait())

    def test_it_gives_no_way_to_a_worker_that_is_at_work_or_switched_off(self):
        """Nobody would come, and it would give way again and again."""
        self.order_waits()
        cron = self.env.ref("plug4market_connector.ir_cron_plug4market_process_events")
        cron.active = False
        exporter = self.env["plug4market.sku.exporter"]
        self.env.flush_all()
        self.assertFalse(exporter._gives_way())
        cron.active = True
        self.env.flush_all()
        self.assertTrue(exporter._gives_way())
        busy = cron.browse()
        with patch.object(type(cron), "try_lock_for_update", lambda *_a, **_k: busy):
            self.assertFalse(exporter._gives_way())

    def test_a_click_gives_way_to_nobody(self):
        self.order_waits()
        shown = self.sync(self.products)
        self.assertEqual(shown["type"], "success")


class TestFlow(ProductCase):
    def test_an_order_is_written_while_another_one_is_still_being_read(self):
        self.calls_at_once(None)
        slow, fast = (self.hub.order([("GAR-750", 1, 10)]) for _ in range(2))
        self.notice(slow)
        self.notice(fast)
        self.env.flush_all()
        self.hub.faults(
            slow_answer={"calls": 1, "seconds": 30, "path_contains": slow["id"]}
        )
        worker, written = type(self.worker), []
        settle = worker._settle_read

        def settle_and_let_go(worker, company, read):
            settle(worker, company, read)
            written.append([events.order_uid for events, _outcome in read])
            # The slow answer comes once its switch is set anew.
            self.hub.faults()

        with patch.object(worker, "_settle_read", settle_and_let_go):
            self.worker._run()
        self.assertEqual(written, [[fast["id"].lower()], [slow["id"].lower()]])
        self.assertTrue(self.find_order(slow) and self.find_order(fast))

    def test_the_job_stays_for_a_call_that_is_soon_free(self):
        self.assertIsNone(self.worker._rest())
        event = self.notice(self.hub.order([("GAR-750", 1, 10)]))
        now = fields.Datetime.now()
        for seconds, rest in ((1, 1.0), (0, 0.5), (30, 1.5), (600, None)):
            with self.subTest(seconds):
                event.next_attempt_at = now + timedelta(seconds=seconds)
                self.env.flush_all()
                with patch.object(fields.Datetime, "now", lambda: now):
                    self.assertEqual(self.worker._rest(), rest)
        event.write({"attempts": 1, "next_attempt_at": now})
        self.env.flush_all()
        self.assertIsNone(self.worker._rest(), "it failed by itself")
