"""Tests of what follows an order: its NF-e, its parcels, its delivery."""

import base64

from nfe_case import NfeCase


class InvoiceCase(NfeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.make_carrier("Correios")

    @classmethod
    def make_carrier(cls, name):
        return cls.env["delivery.carrier"].create(
            {
                "name": name,
                "product_id": cls.env.ref("plug4market_connector.product_freight").id,
                "tracking_url": "https://rastreio.example/<shipmenttrackingnumber>",
            }
        )

    def sell(self, items=None, **values):
        """An imported order with its posted invoice; calls so far are forgotten."""
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order(items, **values)
        self.hub.forget_calls()
        return hub_order, order

    def nfe(self, invoice, **overrides):
        """The NF-e that fits ``invoice``, as its field takes it."""
        note = self.note(invoice, **{"number": invoice.id, **overrides})
        return base64.b64encode(note)

    def upload(self, invoice, **overrides):
        invoice.plug4market_nfe_xml = self.nfe(invoice, **overrides)
        return invoice

    def hub_status(self, hub_order):
        return self.hub.get_order(hub_order["id"])["status"]

    def sent(self, hub_order, what):
        """What the hub holds of an order's ``invoice`` or ``shipment``."""
        return self.hub.get_order(hub_order["id"])[what]

    def invoiced(self, **values):
        """An order whose invoice the hub has."""
        hub_order, order = self.sell(**values)
        self.upload(order.invoice_ids).action_plug4market_send_invoice()
        self.work()
        self.hub.forget_calls()
        return hub_order, order

    def done(self, picking, quantity=None, **values):
        """Validate a transfer, with ``quantity`` of each move or all of it.

        :return: its backorder, if any
        """
        picking.write({"carrier_id": self.carrier.id, **values})
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if quantity is None else quantity
            move.picked = True
        picking._action_done()
        self.env.flush_all()
        return picking.backorder_ids
