from odoo import api, fields, models


class ProductProduct(models.Model):
    """Products that claim one SKU: the hub could not tell them apart."""

    _inherit = "product.product"

    plug4market_twin_ids = fields.Many2many(
        "product.product",
        string="Products with the same SKU",
        compute="_compute_plug4market_twins",
        compute_sudo=True,
    )

    @api.depends("default_code")
    @api.depends_context("company")
    def _compute_plug4market_twins(self):
        sellers = self._plug4market_sellers(self.mapped("default_code"))
        by_sku = sellers.grouped("default_code")
        for product in self:
            others = by_sku.get(product.default_code, self.browse())
            product.plug4market_twin_ids = others - product._origin

    def _plug4market_sellers(self, skus):
        """What the current company has on sale on the hub under one of ``skus``."""
        return self.sudo().search(
            [
                ("default_code", "in", [sku for sku in skus if sku]),
                ("active", "=", True),
                ("plug4market_enabled", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )

    def _plug4market_explain_twins(self):
        """Why a product cannot be sent whose SKU another has; empty when none has."""
        return self.plug4market_twin_ids and self.env._(
            "%(others)s has the same SKU %(sku)s. Neither is sent until each product "
            "on sale has an SKU of its own.",
            others=", ".join(self.plug4market_twin_ids.mapped("display_name")),
            sku=self.default_code,
        )

    def _plug4market_mark_twins(self):
        """Let products be looked at again whose SKU one of these has or had."""
        skus = {sku for sku in self.sudo().mapped("default_code") if sku}
        if skus:
            twins = self.sudo().with_context(active_test=False)
            twins = twins.search([("default_code", "in", list(skus))])
            self.env["plug4market.sku.change"]._mark(twins, "content")
