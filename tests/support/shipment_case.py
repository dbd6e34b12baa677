"""Tests of shipments and deliveries that report themselves."""

from invoice_case import InvoiceCase


class AutoShipmentCase(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.settings(auto_send_shipment=True)

    def rows(self, hub_order, kind="shipment"):
        return self.events(hub_order, kind=kind)

    def parcel(self, order):
        return order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))

    def assertShipped(self, hub_order, number, carrier="Correios"):
        self.work()
        rows = self.rows(hub_order)
        self.assertEqual(rows.mapped("state"), ["done"], rows.mapped("message"))
        self.assertEqual(self.hub_status(hub_order), "SHIPPED")
        shipment = self.sent(hub_order, "shipment")
        self.assertEqual(shipment["trackingNumber"], number)
        self.assertEqual(shipment["shippingCarrier"], carrier)

    def assertNothingSaid(self, hub_order, kind="shipment"):
        self.work()
        self.assertFalse(self.rows(hub_order, kind))
        self.assertFalse(self.hub.calls())
