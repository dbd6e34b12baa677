"""Fulfilment orders: the marketplace ships them from its own warehouse."""

from odoo_case import Plug4marketCase

from odoo.exceptions import UserError, ValidationError


class TestOrderFulfilment(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.hub_warehouse = cls.env["stock.warehouse"].create(
            {"name": "Full", "code": "FULL", "company_id": cls.company.id}
        )
        cls.sold = cls.make_product("FUL-1", "Garrafa", 30, stock=10)
        cls.sold.plug4market_enabled = True

    def sell(self, **values):
        return self.import_order([("FUL-1", 2, 30.0)], orderType=1, **values)

    def news(self, hub_order, status):
        self.hub.set_status(hub_order["id"], status)
        self.notice(hub_order)
        self.work()

    def offered(self):
        return self.sold._plug4market_stocks(self.company)[self.sold.id]

    def test_without_a_warehouse_they_stay_quotations_and_say_so(self):
        _hub, order = self.sell()
        self.assertEqual(order.state, "draft")
        attention = order.with_context(lang="en_US").plug4market_attention
        self.assertIn("warehouse", attention)
        self.assertEqual(self.offered(), 10)

    def test_with_a_warehouse_they_are_confirmed_and_leave_from_there(self):
        self.settings(fulfilment_warehouse_id=self.hub_warehouse.id)
        hub_order, order = self.sell()
        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertEqual(
            order.picking_ids.picking_type_id.warehouse_id, self.hub_warehouse
        )
        self.assertNotEqual(order.picking_ids.state, "done")
        self.assertEqual(self.offered(), 10)

        self.news(hub_order, "INVOICED")
        self.assertNotEqual(order.picking_ids.state, "done")
        for status in ("SHIPPED", "SHIPPED", "COMPLETED"):
            self.news(hub_order, status)
            self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.offered(), 10)
        self.assertEqual(order.order_line[0].qty_delivered, 2)

    def test_one_that_was_shipped_before_odoo_knew_it_is_shipped_in_odoo(self):
        self.settings(fulfilment_warehouse_id=self.hub_warehouse.id, auto_invoice=True)
        for status in ("SHIPPED", "COMPLETED"):
            with self.subTest(status):
                _hub, order = self.sell(status=status)
                self.assertEqual(order.picking_ids.state, "done")
                self.assertFalse(order.invoice_ids)

    def test_those_that_wait_go_on_once_the_warehouse_is_named(self):
        _hub, order = self.sell()
        self.settings(fulfilment_warehouse_id=self.hub_warehouse.id)
        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertEqual(
            order.picking_ids.picking_type_id.warehouse_id, self.hub_warehouse
        )

    def test_a_transfer_that_cannot_be_validated_says_why_and_loses_nothing(self):
        self.settings(fulfilment_warehouse_id=self.hub_warehouse.id)
        self.sold.tracking = "lot"
        hub_order, order = self.sell()
        self.news(hub_order, "SHIPPED")
        self.assertEqual(order.plug4market_status, "SHIPPED")
        self.assertTrue(order.plug4market_needs_attention)
        self.assertTrue(order.plug4market_flow_error)

        self.sold.tracking = "none"
        self.news(hub_order, "COMPLETED")
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(order.plug4market_needs_attention)

    def test_nothing_of_their_shipment_is_reported_to_the_hub(self):
        self.settings(fulfilment_warehouse_id=self.hub_warehouse.id)
        _hub, order = self.sell()
        for action in ("send_shipment", "send_delivered"):
            with self.subTest(action), self.assertRaises(UserError):
                getattr(order, f"action_plug4market_{action}")()

    def test_the_marketplaces_warehouse_is_never_for_sale(self):
        # It was chosen when the store was switched on; another has to be, first.
        with self.assertRaises(ValidationError):
            self.settings(fulfilment_warehouse_id=self.own.id)
        self.settings(
            warehouse_ids=[(6, 0, self.hub_warehouse.ids)],
            fulfilment_warehouse_id=self.own.id,
        )
        self.assertEqual(
            self.company._plug4market_offered_warehouses(), self.hub_warehouse
        )
        with self.assertRaises(ValidationError):
            self.settings(warehouse_ids=[(6, 0, self.own.ids)])
