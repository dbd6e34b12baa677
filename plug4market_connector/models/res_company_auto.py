from odoo import fields, models


class ResCompany(models.Model):
    """What the marketplace is told without a click."""

    _inherit = "res.company"

    plug4market_auto_send_invoice = fields.Boolean(
        "Send the invoice automatically",
        help="As soon as the invoice is posted and its NF-e is authorised and right.",
    )
    plug4market_auto_send_shipment = fields.Boolean(
        "Report shipment and delivery automatically",
        help="The shipment once all transfers to the buyer are done and have a "
        "tracking number; the delivery where the carrier's addon knows it.",
    )
