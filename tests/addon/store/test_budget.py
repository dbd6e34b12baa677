"""The calls of a minute: shared, kept for people, dated when they were made."""

from datetime import timedelta

from odoo_case import Plug4marketCase

from odoo import fields

from odoo.addons.plug4market_connector.hub import BudgetExhausted


class TestBudget(Plug4marketCase):
    def setUp(self):
        super().setUp()
        self.budget = self.env["plug4market.budget"]
        self.row = self.budget.search([("company_id", "=", self.company.id)])

    def book(self, lane, wanted):
        booked, wait, _stamp = self.budget._book(self.company, lane, wanted)
        return booked, wait

    def age_calls(self, seconds):
        """Let all that was booked so far be that much older."""
        self.env.cr.execute(
            "UPDATE plug4market_budget SET calls = ARRAY("
            "SELECT c - %s * interval '1 second' FROM unnest(calls) c)",
            [seconds],
        )

    def test_a_minute_has_a_hundred_calls(self):
        self.assertEqual(self.book("orders", 60), (60, 0.0))
        booked, wait = self.book("orders", 60)
        self.assertEqual(booked, 40)
        self.assertTrue(50 < wait <= 61)
        self.assertEqual(self.book("orders", 1)[0], 0)

    def test_calls_count_for_a_minute_and_no_longer(self):
        self.book("orders", 100)
        self.age_calls(40)
        booked, wait = self.book("orders", 1)
        self.assertEqual(booked, 0)
        self.assertTrue(15 < wait < 22)
        self.age_calls(22)
        self.assertEqual(self.book("orders", 100), (100, 0.0))

    def test_the_catalogue_leaves_calls_to_people_orders_and_sold_out_stock(self):
        self.assertEqual(self.book("content", 1000)[0], 95)
        self.assertEqual(self.book("price", 1)[0], 0)
        self.assertEqual(self.book("sold_out", 2)[0], 2)
        self.assertEqual(self.book("click", 5)[0], 3)

    def test_the_catalogue_leaves_what_waiting_orders_need(self):
        for _number in range(10):
            self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.env.flush_all()
        self.assertEqual(self.free_of_the_catalogue(), 75)
        self.assertEqual(self.book("content", 1000)[0], 75)
        self.assertEqual(self.free_of_the_catalogue(), 0)
        self.assertEqual(self.book("orders", 1000)[0], 25)

    def test_however_many_orders_wait_the_catalogue_gets_a_third(self):
        for _number in range(40):
            self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.env.flush_all()
        self.assertEqual(self.book("stock", 1000)[0], 35)

    def test_many_sold_out_products_leave_calls_to_orders_too(self):
        for _number in range(40):
            self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.env.flush_all()
        self.assertEqual(self.book("sold_out", 1000)[0], 40)
        self.assertEqual(self.book("orders", 1000)[0], 60)

    def test_an_order_that_failed_by_itself_keeps_no_calls(self):
        self.notice(self.hub.order([("CAN-325", 1, 39.9)])).attempts = 3
        self.env.flush_all()
        self.assertEqual(self.book("content", 1000)[0], 95)

    def free_of_the_catalogue(self, **options):
        stores = self.budget._select_stores(**options)
        rows = self.env.execute_query(stores)
        return {row[0]: row[2] for row in rows}[self.company.id]

    def test_a_click_may_use_all_calls(self):
        self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.env.flush_all()
        self.assertEqual(self.free_of_the_catalogue(clicked=True), 100)
        self.assertEqual(self.book("click", 1000)[0], 100)

    def test_stores_do_not_share_their_minute(self):
        other = self.env["res.company"].create({"name": "Outra loja"})
        other._plug4market_connection(create=True)
        self.book("orders", 100)
        self.assertEqual(self.budget._book(other, "orders", 1)[0], 1)

    def test_the_limit_is_a_setting(self):
        key = "plug4market_connector.calls_per_minute"
        self.env["ir.config_parameter"].set_param(key, "30")
        self.assertEqual(self.book("orders", 100)[0], 30)

    def test_a_round_counts_when_its_calls_were_made_and_gives_the_rest_back(self):
        booked, _wait, stamp = self.budget._book(self.company, "content", 20)
        self.age_calls(0)
        self.assertEqual(booked, 20)
        self.budget._date_calls(self.company, stamp, [3.0, 2.0, 1.0])
        self.assertEqual(self.book("orders", 100)[0], 97)

    def test_a_pause_the_hub_asked_for_holds_everybody_for_as_long(self):
        self.budget._hold(self.company, 30)
        booked, wait = self.book("click", 1)
        self.assertEqual(booked, 0)
        self.assertTrue(25 < wait <= 30)
        with self.assertRaises(BudgetExhausted):
            self.budget._acquire(self.company, "orders")

        self.budget._hold(self.company, 5)
        self.assertGreater(self.book("click", 1)[1], 25, "a shorter pause cuts none")

    def test_a_pause_ends(self):
        self.budget._hold(self.company, 30)
        self.env.cr.execute(
            "UPDATE plug4market_budget SET hold_until = hold_until - interval '31 s'"
        )
        self.assertEqual(self.book("click", 1), (1, 0.0))

    def test_an_order_that_meets_the_limit_holds_the_store(self):
        self.hub.faults(too_many_requests={"calls": 1, "retry_after": 40})
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        event = self.notice(hub_order)
        before = fields.Datetime.now()
        self.worker._run()
        self.env.invalidate_all()

        self.assertEqual(event.state, "pending")
        pause = timedelta(seconds=40)
        self.assertGreaterEqual(event.next_attempt_at, before + pause)
        self.assertLessEqual(event.next_attempt_at, fields.Datetime.now() + pause)
        self.assertEqual(self.book("click", 1)[0], 0)

    def test_without_a_word_how_long_the_pause_is_short(self):
        self.hub.faults(too_many_requests={"calls": 1})
        self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        self.worker._run()

        booked, wait = self.book("click", 1)
        self.assertEqual(booked, 0)
        self.assertTrue(0 < wait <= 15)


class TestBudgetState(Plug4marketCase):
    """What a person sees of the calls and of what waits for them."""

    def setUp(self):
        super().setUp()
        self.row = self.env["plug4market.budget"].search(
            [("company_id", "=", self.company.id)]
        )

    def wait_on(self, lane, number):
        products = self.env["product.product"].create(
            [{"name": f"{lane} {n}", "type": "consu"} for n in range(number)]
        )
        rows = self.env["plug4market.sku"]._ensure(self.company, products)
        rows._mark_pending(lane)
        return rows

    def test_what_is_left_of_the_minute(self):
        self.row._book(self.company, "orders", 30)
        self.assertEqual((self.row.calls_made, self.row.calls_left), (30, 70))

    def test_the_backlog_by_lane_and_its_expected_end(self):
        self.wait_on("sold_out", 1)
        self.wait_on("stock", 2)
        self.wait_on("price", 3)
        self.wait_on("content", 184)
        self.notice(self.hub.order([("CAN-325", 1, 39.9)]))
        problem = self.wait_on("content", 2)
        problem.state = "error"
        now = fields.Datetime.now()

        self.assertEqual(self.row.waiting_orders, 1)
        self.assertEqual(self.row.waiting_sold_out, 1)
        self.assertEqual(self.row.waiting_stock, 2)
        self.assertEqual(self.row.waiting_price, 3)
        self.assertEqual(self.row.waiting_content, 184)
        self.assertEqual(self.row.problems, 2)
        # 190 SKUs at 95 calls a minute.
        self.assertEqual(round((self.row.expected_end - now).total_seconds() / 60), 2)

    def test_nothing_waits_and_nothing_is_expected(self):
        self.assertEqual(self.row.waiting_content, 0)
        self.assertFalse(self.row.expected_end)

    def test_announcements_with_a_problem_are_counted_and_opened(self):
        sku = self.wait_on("content", 1)
        channels = self.env["plug4market.sales.channel"].search([], limit=2)
        listings = self.env["plug4market.announcement"].create(
            [
                {
                    "sku_id": sku.id,
                    "product_id": sku.product_id.id,
                    "company_id": self.company.id,
                    "channel_id": channel.id,
                }
                for channel in channels
            ]
        )
        self.assertEqual(self.row.listing_problems, 0)
        listings.active = False
        listings[0].state = "error"
        self.row.invalidate_recordset(["listing_problems"])

        self.assertEqual(self.row.listing_problems, 1)
        action = self.row.action_open_listing_problems()
        self.assertEqual(action["res_model"], "plug4market.announcement")
        self.assertIn(("company_id", "=", self.company.id), action["domain"])

    def test_each_store_sees_its_own(self):
        other = self.env["res.company"].create({"name": "Outra loja"})
        other._plug4market_connection(create=True)
        self.wait_on("price", 3)
        theirs = self.row.search([("company_id", "=", other.id)])
        self.assertEqual((self.row | theirs).mapped("waiting_price"), [3, 0])
