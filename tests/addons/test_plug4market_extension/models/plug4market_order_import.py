from odoo import api, models

from .tracing import traced


class Plug4marketOrderImport(models.AbstractModel):
    """What another addon wants to know of an order, its lines and its buyer."""

    _inherit = "plug4market.order.import"

    @api.model
    @traced
    def _prepare_order_values(self, lookup, hub_order, buyer, delivery):
        values = super()._prepare_order_values(lookup, hub_order, buyer, delivery)
        return {**values, "extension_note": f"order {hub_order.uid}"}

    @api.model
    @traced
    def _prepare_line_values(self, lookup, item, fiscal_position):
        values = super()._prepare_line_values(lookup, item, fiscal_position)
        return {**values, "extension_note": f"item {item.sku}"}

    @api.model
    @traced
    def _prepare_buyer_values(self, lookup, party):
        values = super()._prepare_buyer_values(lookup, party)
        return {**values, "ref": "extended buyer"}
