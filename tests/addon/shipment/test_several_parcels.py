"""Orders with more than one transfer: the hub takes one shipment."""

from shipment_case import AutoShipmentCase


class TestSeveralParcels(AutoShipmentCase):
    def test_of_several_steps_only_the_one_to_the_buyer_counts(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        warehouse.delivery_steps = "pick_pack_ship"
        hub_order, order = self.invoiced()
        for number in ("PICK", "PACK"):
            self.assertNothingSaid(hub_order)
            self.done(self.parcel(order)[:1], carrier_tracking_ref=number)
        self.assertNothingSaid(hub_order)
        ship = self.parcel(order)
        self.assertEqual(ship.picking_type_code, "outgoing")
        self.done(ship, carrier_tracking_ref="BR1")
        self.assertShipped(hub_order, "BR1")

    def test_two_parcels_are_reported_with_the_second_and_both_numbers(self):
        hub_order, order = self.invoiced()
        backorder = self.done(order.picking_ids, 1, carrier_tracking_ref="BR1")
        self.assertTrue(backorder)
        self.assertNothingSaid(hub_order)
        self.assertIn(
            backorder.name, (order.picking_ids - backorder).plug4market_shipment_waits
        )
        jadlog = self.make_carrier("Jadlog")
        self.done(backorder, carrier_id=jadlog.id, carrier_tracking_ref="BR2")
        self.assertShipped(hub_order, "BR1, BR2", "Correios, Jadlog")

    def test_the_second_parcels_late_number_is_waited_for(self):
        hub_order, order = self.invoiced()
        first = order.picking_ids
        backorder = self.done(first, 1)
        self.done(backorder, carrier_tracking_ref="BR2")
        self.assertNothingSaid(hub_order)
        first.carrier_tracking_ref = "BR1"
        self.assertShipped(hub_order, "BR1, BR2")

    def test_one_number_for_two_parcels_is_said_once(self):
        hub_order, order = self.invoiced()
        backorder = self.done(order.picking_ids, 1, carrier_tracking_ref="BR1")
        self.done(backorder, carrier_tracking_ref="BR1")
        self.assertShipped(hub_order, "BR1")

    def test_a_partial_delivery_is_reported_by_a_click_at_any_time(self):
        hub_order, order = self.invoiced()
        self.done(order.picking_ids, 1, carrier_tracking_ref="BR1")
        order.action_plug4market_send_shipment()
        self.assertShipped(hub_order, "BR1")

    def test_a_transfer_without_backorder_is_the_whole_shipment(self):
        hub_order, order = self.invoiced()
        picking = order.picking_ids.with_context(cancel_backorder=True)
        self.assertFalse(self.done(picking, 1, carrier_tracking_ref="BR1"))
        self.assertShipped(hub_order, "BR1")

    def test_a_backorder_that_is_cancelled_finishes_the_shipment(self):
        hub_order, order = self.invoiced()
        backorder = self.done(order.picking_ids, 1, carrier_tracking_ref="BR1")
        self.assertNothingSaid(hub_order)
        backorder.action_cancel()
        self.assertShipped(hub_order, "BR1")

    def test_an_order_cancelled_in_odoo_is_not_reported_by_what_it_cancels(self):
        hub_order, order = self.invoiced()
        self.done(order.picking_ids, 1, carrier_tracking_ref="BR1")
        opened = order.action_plug4market_cancel_order()
        self.env[opened["res_model"]].browse(opened["res_id"]).action_cancel_in_odoo()
        self.assertNothingSaid(hub_order)

    def test_a_return_is_no_parcel(self):
        hub_order, order = self.invoiced()
        picking = order.picking_ids
        self.done(picking)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.assertIn(returned, order.picking_ids)
        self.done(returned, carrier_tracking_ref="RETURN")
        self.assertNothingSaid(hub_order)
        picking.carrier_tracking_ref = "BR1"
        self.assertShipped(hub_order, "BR1")
