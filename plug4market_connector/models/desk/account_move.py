from odoo import models


class AccountMove(models.Model):
    """Invoices whose NF-es are sent from the dashboard."""

    _name = "account.move"
    _inherit = ["account.move", "plug4market.plan.mixin"]
