from odoo import api, fields, models

from .tracing import traced


class SaleOrder(models.Model):
    _inherit = "sale.order"

    extension_note = fields.Char()
    extension_uid = fields.Char(compute="_compute_extension_uid", store=True)
    extension_status = fields.Selection(
        string="Kept status", related="plug4market_status", store=True
    )
    extension_channel = fields.Char(
        "Kept channel", related="plug4market_channel_id.name", store=True
    )
    extension_cnpj = fields.Char(
        "Kept CNPJ", related="plug4market_intermediary_cnpj", store=True
    )

    @api.depends("plug4market_order_uid")
    def _compute_extension_uid(self):
        for order in self:
            order.extension_uid = (order.plug4market_order_uid or "").upper()

    @traced
    def _plug4market_intermediary_values(self):
        return {
            **super()._plug4market_intermediary_values(),
            "extension_intermediary": self.plug4market_channel_id.name,
        }

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
