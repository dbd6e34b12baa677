"""What a person sees of a marketplace order."""

from odoo_case import Plug4marketCase

from odoo.addons.plug4market_connector.hub import HubUnavailable


class TestOrderTimeline(Plug4marketCase):
    def test_what_happened_is_told_in_words_newest_first(self):
        _hub, order = self.import_order()
        news, confirm = order.plug4market_timeline_ids.sorted("id")

        self.assertEqual(order.plug4market_timeline_ids[0], confirm)
        self.assertEqual(news.timeline_event, "The marketplace's status: Approved")
        self.assertEqual(news.timeline_call, "Read the order")
        self.assertIn(order.name, news.timeline_effect)
        self.assertIn(order.name, confirm.timeline_call)

    def test_it_shows_news_that_wait_and_news_from_before_the_order(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)], status="CREATED")
        unpaid = self.notice(hub_order)
        self.work()
        self.hub.set_status(hub_order["id"], "APPROVED")
        self.notice(hub_order)
        self.work()
        order = self.find_order(hub_order)
        waiting = self.notice(hub_order)

        self.assertIn(unpaid, order.plug4market_timeline_ids)
        self.assertIn("not paid", unpaid.timeline_effect)
        self.assertIn(waiting, order.plug4market_timeline_ids)
        self.assertEqual(waiting.timeline_call, "Not called yet")
        self.assertIn("Next attempt", waiting.timeline_effect)

    def test_an_unknown_first_status_is_kept_and_named(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)], patch={"status": "HELD"})
        news = self.notice(hub_order)
        self.work()

        self.assertEqual(news.state, "ignored")
        self.assertIn("HELD", news.message)
        self.assertNotIn("not paid", news.message)
        self.assertEqual(news.status_label, "HELD")

    def test_a_known_status_is_told_in_the_words_of_odoo(self):
        hub_order, _order = self.import_order()
        self.assertEqual(self.events(hub_order, kind="notice").status_label, "Approved")
        self.assertFalse(self.events(hub_order, kind="confirm").status_label)

    def test_it_shows_attempts_and_problems(self):
        hub_order, _order = self.import_order()
        waiting = self.notice(hub_order)
        waiting._fail(HubUnavailable("asleep", messages=("O hub dorme",)))
        self.env.invalidate_all()
        self.assertIn("O hub dorme", waiting.timeline_effect)
        self.assertIn("Failed attempts: 1", waiting.timeline_effect)

    def test_orders_of_one_read_keep_their_own_history(self):
        _first, one = self.import_order()
        _second, other = self.import_order()
        both = one | other
        self.assertEqual(len(both.plug4market_timeline_ids), 4)
        self.assertEqual(one.plug4market_timeline_ids.order_id, one)

    def test_the_difference_between_the_totals_is_shown(self):
        _hub, order = self.import_order(patch={"totalAmount": 500.0})
        self.assertAlmostEqual(order.amount_total, 500.0, 2)
        self.assertAlmostEqual(order.plug4market_lines_total, 79.8 + 19.9, 2)
        self.assertAlmostEqual(order.plug4market_gap, 79.8 + 19.9 - 500.0, 2)

        _hub, order = self.import_order()
        self.assertAlmostEqual(order.plug4market_gap, 0.0, 2)

    def test_the_board_has_its_columns_in_the_order_of_an_orders_life(self):
        for status in ("COMPLETED", "SHIPPED", "APPROVED"):
            self.import_order(status=status)
        board = self.env["sale.order"].with_context(read_group_expand=True)
        groups = board.web_read_group(
            [("plug4market_order_uid", "!=", False)],
            ["plug4market_status"],
        )
        self.assertEqual(
            [group["plug4market_status"] for group in groups["groups"]],
            ["APPROVED", "INVOICED", "SHIPPED", "COMPLETED"],
        )
