from odoo import fields, models


class AccountMove(models.Model):
    """What the NF-e of an invoice has to say of the marketplace, to be copied."""

    _inherit = "account.move"

    plug4market_intermediary_cnpj = fields.Char(
        related="plug4market_order_id.plug4market_intermediary_cnpj"
    )
    plug4market_intermediary_seller_id = fields.Char(
        related="plug4market_order_id.plug4market_intermediary_seller_id"
    )
    plug4market_intermediary_hint = fields.Text(
        related="plug4market_order_id.plug4market_intermediary_hint"
    )
    plug4market_payment_codes = fields.Char(
        related="plug4market_order_id.plug4market_payment_codes"
    )
    plug4market_freight = fields.Monetary(
        related="plug4market_order_id.plug4market_freight"
    )
    plug4market_interest = fields.Monetary(
        related="plug4market_order_id.plug4market_interest"
    )
