from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            self._plug4market_stores()._plug4market_mark("price")
        return result

    def unlink(self):
        """Stores that sold by one of these sell by the sales price from now on."""
        stores = self._plug4market_stores()
        result = super().unlink()
        stores._plug4market_mark("price")
        return result

    def _plug4market_bases(self):
        """These pricelists and those that their rules build on."""
        bases = found = self
        while found:
            rules = found.item_ids.filtered(lambda rule: rule.base == "pricelist")
            found = rules.base_pricelist_id - bases
            bases |= found
        return bases

    def _plug4market_stores(self):
        """The companies that sell by these, or by pricelists that build on them."""
        built = found = self
        rules = self.env["product.pricelist.item"].sudo()
        while found:
            rules_on = rules.search(
                [("base", "=", "pricelist"), ("base_pricelist_id", "in", found.ids)]
            )
            found = rules_on.pricelist_id - built
            built |= found
        companies = self.env["res.company"].sudo()
        return companies.search([("plug4market_pricelist_id", "in", built.ids)])
