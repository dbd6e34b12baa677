from odoo import models


class SaleOrder(models.Model):
    """What the dashboard counts is found by an index, however many years of it."""

    _name = "sale.order"
    _inherit = ["sale.order", "plug4market.plan.mixin"]

    _plug4market_sold_idx = models.Index(
        "(company_id, date_order) WHERE plug4market_order_uid IS NOT NULL"
    )
    _plug4market_to_confirm_idx = models.Index(
        "(company_id) WHERE plug4market_order_uid IS NOT NULL "
        "AND state IN ('draft', 'sent')"
    )
    _plug4market_to_invoice_idx = models.Index(
        "(company_id) WHERE plug4market_order_uid IS NOT NULL "
        "AND invoice_status = 'to invoice'"
    )
    _plug4market_to_undo_idx = models.Index(
        "(company_id) WHERE plug4market_status = 'CANCELED' AND state = 'sale'"
    )
