from odoo import fields, models

from .plug4market_announcement import LISTING_TYPES


class ResCompany(models.Model):
    """Where the company sells by default, and the hub's list of sales channels."""

    _inherit = "res.company"

    plug4market_default_channel_ids = fields.Many2many(
        "plug4market.sales.channel",
        "plug4market_company_default_channel_rel",
        string="Default channels",
        help="Where a product is put when it is published for the first time, unless "
        "channels were chosen for it before. Empty: none, the panel decides.",
    )
    plug4market_seller_id = fields.Char(
        "Mercado Livre seller id",
        help="The account that lists products, where an announcement names no other.",
    )
    plug4market_listing_type = fields.Selection(
        LISTING_TYPES,
        "Mercado Livre listing type",
        help="How products are listed, where an announcement says nothing else.",
    )
