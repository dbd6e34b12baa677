from odoo import api, fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """A product in the comparison with what is on the hub."""

    _inherit = "product.product"

    plug4market_differs = fields.Boolean(
        "Differs from Plug4Market",
        compute="_compute_plug4market_differs",
        search="_search_plug4market_differs",
        help="The last comparison found something that is not settled yet.",
    )

    @api.depends_context("company")
    def _compute_plug4market_differs(self):
        differing = self.with_context(active_test=False).search(
            [("id", "in", self.ids), ("plug4market_differs", "=", True)]
        )
        for product in self:
            product.plug4market_differs = product._origin in differing

    def _search_plug4market_differs(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = (
            self.env["plug4market.comparison.line"]
            .sudo()
            ._search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("product_id", "!=", False),
                    ("kind", "in", ["different", "missing_there"]),
                    ("state", "!=", "settled"),
                ]
            )
        )
        return Domain("id", "in", lines.subselect("product_id"))
