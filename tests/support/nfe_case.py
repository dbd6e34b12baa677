"""The base of tests about NF-es: invoices of imported orders, notes that fit them."""

import base64
from datetime import datetime

from hub_control import STORE_CNPJ
from odoo_case import Plug4marketCase

from simulator.nfe import BRASILIA, build_nfe


class NfeCase(Plug4marketCase):
    def note(self, invoice, **overrides):
        """The bytes of the NF-e that an issuer would make of ``invoice`` now."""
        values = {
            "issuer": STORE_CNPJ,
            "recipient": invoice.plug4market_order_id.partner_id.vat,
            "total": f"{invoice.amount_total:.2f}",
            "date": datetime.now(BRASILIA).replace(microsecond=0),
            **overrides,
        }
        return build_nfe(**values)

    def upload(self, invoice=None, **overrides):
        """Put the note of an invoice into the field on its Marketplace tab."""
        invoice = invoice or self.invoice
        note = self.note(invoice, **overrides)
        invoice.plug4market_nfe_xml = base64.b64encode(note)
        return invoice

    def attach(self, invoice, content, name="nfe.xml", **values):
        """Attach a file to an invoice, as the chatter or another addon does."""
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": "account.move",
                "res_id": invoice.id,
                **values,
            }
        )

    def import_invoice(self, **values):
        """An order of the marketplace, confirmed and invoiced."""
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order(**values)
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "posted")
        return hub_order, invoice
