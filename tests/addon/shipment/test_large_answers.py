"""Answers too large to be read: their row says so, once, and all others go on."""

from channel_case import ChannelCase
from comparison_case import ComparisonCase
from product_case import ProductCase
from test_labels import LabelCase

from odoo.exceptions import UserError

SAID = "larger than 10 MB"
# Of this method and path, without end.
FAULT = {"calls": None}


class TestOrders(ProductCase):
    def huge(self, **which):
        self.hub.faults(huge_answer={**FAULT, **which})

    def test_an_order_that_is_too_large_asks_a_person_and_stops_no_other(self):
        large, small = (self.hub.order([("GAR-750", 1, 119.9)]) for _order in range(2))
        self.huge(method="GET", path_contains=large["id"])
        self.notice(large)
        self.notice(small)
        self.work()

        event = self.events(large)
        self.assertEqual((event.state, event.failure), ("failed", "person"))
        self.assertIn(SAID, event.message)
        self.assertTrue(self.find_order(small))
        connection = self.company._plug4market_connection()
        self.assertEqual(connection.state, "connected")
        self.hub.forget_calls()
        self.work()
        self.assertFalse(self.hub.calls(), "it is not asked for again by itself")

        self.hub.faults()
        event.action_retry()
        self.work()
        self.assertTrue(self.find_order(large))

    def test_a_call_whose_answer_is_too_large_is_done_if_the_order_shows_it(self):
        self.huge(method="POST", path_contains="/confirm")
        hub_order, order = self.import_order([("GAR-750", 1, 119.9)])
        confirm = self.events(hub_order, kind="confirm")
        self.assertEqual(confirm.state, "done")
        self.assertEqual(
            self.hub.get_order(hub_order["id"])["orderIdStore"], order.name
        )

    def test_a_call_of_which_nothing_is_known_asks_a_person(self):
        hub_order = self.hub.order([("GAR-750", 1, 119.9)])
        self.notice(hub_order)
        self.worker._run()
        self.huge(path_contains=hub_order["id"])
        self.work()
        confirm = self.events(hub_order, kind="confirm")
        self.assertEqual((confirm.state, confirm.failure), ("failed", "person"))
        self.assertIn(SAID, confirm.message)

    def test_the_test_of_the_connection_says_it(self):
        self.huge(path_contains="/sales-channels")
        with self.assertRaisesRegex(UserError, SAID):
            self.company.action_plug4market_test_connection()


class TestSkus(ProductCase):
    def test_a_sku_whose_answer_is_too_large_says_so_and_stops_no_other(self):
        other = self.make_product("COP-200", "Copo", 9.9, stock=3)
        self.hub.faults(huge_answer={"calls": 1, "method": "POST"})
        shown = self.sync(self.product | other)
        products = (self.product | other).sorted(
            lambda product: product.plug4market_state
        )
        self.assertEqual(
            products.mapped("plug4market_state"), ["error", "synced"], shown
        )
        self.assertIn(SAID, products[0].plug4market_error)

        self.sync(products[0])
        self.assertEqual(products[0].plug4market_state, "synced")


class TestLabels(LabelCase):
    def test_a_label_that_is_too_large_says_so_and_stops_no_other(self):
        large = self.make_orders()
        good = self.make_orders()
        self.hub.faults(
            huge_answer={**FAULT, "path_contains": large.plug4market_order_uid_raw}
        )
        answer = self.click(large | good)
        self.assertIn("Not printed: 1", answer["params"]["title"])
        self.assertEqual(self.label(large).state, "error")
        self.assertIn("larger", self.label(large).message)
        self.assertEqual(self.label(good).state, "ready")
        self.hub.forget_calls()
        self.run_cron(later=True)
        self.assertFalse(self.label_calls())


class TestComparison(ComparisonCase):
    def test_a_page_that_is_too_large_ends_the_comparison_until_retry(self):
        self.put_on_hub("A")
        self.hub.faults(huge_answer={**FAULT, "path_contains": "/products"})
        comparison = self.compare()
        self.assertEqual(comparison.state, "failed")
        self.assertIn(SAID, comparison.problem)

        self.hub.faults()
        comparison.action_retry()
        self.finish()
        self.assertEqual(comparison.state, "done")

    def test_a_line_whose_answer_is_too_large_leaves_the_comparison_alone(self):
        self.put_on_hub("A")
        comparison = self.compare()
        self.hub.faults(huge_answer={"calls": 1, "method": "PUT"})
        self.line("A").action_deactivate()
        self.finish()
        self.assertEqual(self.line("A").state, "problem")
        self.assertIn(SAID, self.line("A").outcome)
        self.assertEqual(comparison.state, "done")


class TestCategories(ChannelCase):
    def test_a_category_whose_answer_is_too_large_says_so(self):
        self.hub.faults(huge_answer={**FAULT, "path_prefix": "/custom-categories"})
        self.sync(self.product)
        rows = self.env["plug4market.category"].search([("state", "=", "error")])
        self.assertTrue(rows)
        self.assertIn(SAID, rows[0].problem)
