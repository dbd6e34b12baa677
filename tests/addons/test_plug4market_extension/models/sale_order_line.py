from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    extension_note = fields.Char()
