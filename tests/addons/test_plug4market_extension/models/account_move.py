import base64

from odoo import api, fields, models

from .tracing import traced


class AccountMove(models.Model):
    """An issuer that keeps the NF-e in a field of its own."""

    _inherit = "account.move"

    extension_nfe = fields.Binary(attachment=False, copy=False)
    extension_arrived = fields.Integer(copy=False)
    extension_intermediary = fields.Char()
    extension_nfe_key = fields.Char(
        "Kept NF-e key", related="plug4market_nfe_access_key", store=True
    )
    extension_nfe_state = fields.Selection(
        string="Kept NF-e state", related="plug4market_nfe_state", store=True
    )
    extension_status = fields.Selection(
        string="Kept status", related="plug4market_status", store=True
    )

    # -- the NF-e -------------------------------------------------------------

    @traced
    def _plug4market_get_nfe_xml(self):
        own = self.with_context(bin_size=False).extension_nfe
        return base64.b64decode(own) if own else super()._plug4market_get_nfe_xml()

    @api.model
    @traced
    def _plug4market_nfe_triggers(self):
        return (*super()._plug4market_nfe_triggers(), "extension_nfe")

    @traced
    def _plug4market_nfe_arrived(self):
        for move in self:
            move.extension_arrived += 1
        return super()._plug4market_nfe_arrived()

    # -- the buttons ----------------------------------------------------------

    @traced
    def action_plug4market_send_invoice(self):
        return super().action_plug4market_send_invoice()

    @traced
    def action_plug4market_send_shipment(self):
        return super().action_plug4market_send_shipment()

    @traced
    def action_plug4market_send_delivered(self):
        return super().action_plug4market_send_delivered()

    @traced
    def action_plug4market_cancel_order(self):
        return super().action_plug4market_cancel_order()
