"""Reporting shipments from the list and the form of transfers."""

from invoice_case import InvoiceCase

from odoo.exceptions import AccessError, UserError


class TestTransferMenu(InvoiceCase):
    def lines(self, shown):
        return shown["params"]["message"].strip().splitlines()

    def test_many_transfers_are_reported_at_once_with_a_result_for_each(self):
        hub_order, shipped = self.invoiced()
        self.done(shipped.picking_ids, carrier_tracking_ref="BR1")
        _hub, numberless = self.invoiced()
        self.done(numberless.picking_ids)
        _hub, open_order = self.invoiced()
        _hub, early = self.sell()
        self.done(early.picking_ids, carrier_tracking_ref="BR4")
        partner = shipped.partner_id
        other = self.env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": shipped.picking_ids.picking_type_id.id,
            }
        )
        orders = [shipped, numberless, open_order, early]
        pickings = self.env["stock.picking"].union(*[o.picking_ids for o in orders])
        pickings |= other

        shown = pickings.action_plug4market_send_shipment()
        lines = self.lines(shown)
        self.assertEqual(shown["params"]["type"], "warning")
        said = [
            (shipped.picking_ids, "received the shipment"),
            (numberless.picking_ids, "no tracking number"),
            (open_order.picking_ids, "Validate the transfer"),
            (early.picking_ids, "invoice first"),
            (other, "not a marketplace order"),
        ]
        for line, (picking, words) in zip(lines, said, strict=True):
            self.assertTrue(line.startswith(picking.display_name), line)
            self.assertIn(words, line)
        self.assertEqual(self.hub_status(hub_order), "SHIPPED")

    def test_two_transfers_of_an_order_are_one_shipment(self):
        hub_order, order = self.invoiced()
        backorder = self.done(order.picking_ids, 1, carrier_tracking_ref="BR1")
        self.done(backorder, carrier_tracking_ref="BR2")
        shown = order.picking_ids.action_plug4market_send_shipment()
        self.assertEqual(shown["params"]["type"], "success", shown)
        self.assertEqual(len(self.lines(shown)), 2)
        self.assertEqual(len(self.events(hub_order, kind="shipment")), 1)
        self.assertEqual(self.sent(hub_order, "shipment")["trackingNumber"], "BR1, BR2")

    def test_one_transfer_without_a_number_asks_for_it(self):
        hub_order, order = self.invoiced()
        picking = order.picking_ids
        self.done(picking)
        self.assertTrue(picking.plug4market_reportable)
        wizard = picking.action_plug4market_send_shipment()
        wizard = (
            self.env[wizard["res_model"]]
            .with_context(**wizard["context"])
            .create({"tracking_number": "BR1"})
        )
        self.assertEqual(wizard.carrier, "Correios")
        wizard.action_send()
        self.env.invalidate_all()
        self.assertEqual(self.sent(hub_order, "shipment")["trackingNumber"], "BR1")
        self.assertFalse(picking.plug4market_reportable)

    def test_a_transfer_inside_the_warehouse_is_no_shipment(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        warehouse.delivery_steps = "pick_ship"
        _hub, order = self.invoiced()
        pick = order.picking_ids[:1]
        self.done(pick, carrier_tracking_ref="PICK")
        self.assertFalse(pick.plug4market_reportable)
        with self.assertRaisesRegex(UserError, "not take goods to the buyer"):
            pick.action_plug4market_send_shipment()

    def test_who_works_in_the_warehouse_alone_sees_transfers_and_reports_nothing(self):
        _hub, order = self.invoiced()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        stockman = self.env["res.users"].create(
            {
                "name": "Estoquista",
                "login": "estoquista",
                "group_ids": [(6, 0, self.env.ref("stock.group_stock_user").ids)],
            }
        )
        picking = order.picking_ids.with_user(stockman)
        self.env.invalidate_all()
        self.assertTrue(picking.plug4market_reportable)
        with self.assertRaises(AccessError):
            picking.action_plug4market_send_shipment()

    def test_the_transfer_of_a_warehouse_worker_is_reported_by_itself(self):
        self.settings(auto_send_shipment=True)
        hub_order, order = self.invoiced()
        stockman = self.env["res.users"].create(
            {
                "name": "Estoquista",
                "login": "estoquista",
                "group_ids": [(6, 0, self.env.ref("stock.group_stock_user").ids)],
            }
        )
        self.done(order.picking_ids.with_user(stockman), carrier_tracking_ref="BR1")
        self.work()
        self.assertEqual(self.hub_status(hub_order), "SHIPPED")
