"""Nothing is missed: orders that left APPROVED while nobody looked."""

from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo_case import Plug4marketCase


class TestOrderUnseen(Plug4marketCase):
    def sell(self, status, **values):
        """An order that no webhook ever announced."""
        return self.hub.order([("CAN-325", 2, 39.9)], status=status, **values)

    def poll(self, hours=0):
        with freeze_time(datetime.now() + timedelta(hours=hours, minutes=hours)):
            self.worker._poll_company(self.company)
            self.work()

    def test_what_another_program_went_on_with_comes_late_and_says_so(self):
        for status in ("INVOICED", "SHIPPED", "COMPLETED"):
            with self.subTest(status):
                hub_order = self.sell(status)
                self.company._plug4market_connection().swept_at = False
                self.poll()
                order = self.find_order(hub_order)
                self.assertEqual(order.plug4market_status, status)
                self.assertEqual(order.state, "draft")
                self.assertIn("before Odoo knew it", order.plug4market_attention)

    def test_it_is_taken_over_once(self):
        hub_order = self.sell("SHIPPED")
        for hours in range(4):
            self.poll(hours)
        self.assertEqual(len(self.find_order(hub_order)), 1)
        self.assertEqual(len(self.events(hub_order, kind="notice")), 1)
        self.assertTrue(self.hub.get_order(hub_order["id"])["integratedStore"])

    def test_an_unpaid_or_cancelled_order_is_no_news(self):
        hub_orders = [self.sell(status) for status in ("CREATED", "NEW", "CANCELED")]
        self.poll()
        for hub_order in hub_orders:
            self.assertFalse(self.find_order(hub_order))
            self.assertFalse(self.events(hub_order))

    def test_it_costs_one_call_an_hour(self):
        self.poll()
        self.hub.forget_calls()
        self.poll()
        self.assertEqual(len(self.hub.calls()), 1)
        self.hub.forget_calls()
        self.poll(hours=1)
        self.assertEqual(len(self.hub.calls()), 2)

    def test_an_order_that_is_in_odoo_is_not_read_for_it(self):
        hub_order = self.sell("APPROVED")
        self.hub.faults(server_error={"calls": None, "path_contains": "/confirm"})
        self.poll()
        self.assertTrue(self.find_order(hub_order))
        self.hub.set_status(hub_order["id"], "INVOICED")
        self.find_order(hub_order).plug4market_hub_status = "INVOICED"
        self.hub.forget_calls()
        self.poll(hours=1)
        read = [c for c in self.hub.calls() if c["path"].endswith(hub_order["id"])]
        self.assertFalse(read)

    def test_a_change_that_nothing_announced_is_found_within_the_hour(self):
        hub_order, order = self.import_order()
        self.poll(hours=1)
        later = datetime.now() + timedelta(hours=1, minutes=30)
        self.hub.change(
            hub_order["id"],
            {"shipping": {"street": "Rua Nova"}, "updatedAt": f"{later.isoformat()}Z"},
        )
        self.hub.forget_calls()
        self.poll(hours=2)
        self.assertEqual(order.partner_shipping_id.street_name, "Rua Nova")
        read = [c for c in self.hub.calls() if c["path"].endswith(hub_order["id"])]
        self.assertEqual(len(read), 1)

    def test_an_order_that_has_not_changed_is_not_read_again(self):
        hub_order, _order = self.import_order()
        self.hub.forget_calls()
        for hours in (1, 2, 3):
            self.poll(hours=hours)
        read = [c for c in self.hub.calls() if c["path"].endswith(hub_order["id"])]
        self.assertFalse(read)

    def test_an_older_one_is_left_to_the_recovery(self):
        hub_order = self.sell(
            "SHIPPED",
            patch={
                "createdAt": (datetime.now() - timedelta(days=40)).isoformat() + "Z"
            },
        )
        self.poll()
        self.assertFalse(self.find_order(hub_order))
