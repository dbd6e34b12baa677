from odoo import fields, models
from odoo.fields import Command


class AccountTax(models.Model):
    _inherit = "account.tax"

    plug4market_included_tax_id = fields.Many2one(
        "account.tax",
        "Price-included twin",
        copy=False,
        readonly=True,
        help="The same tax inside the price, used on marketplace orders.",
    )

    def _plug4market_apply_policy(self, company):
        """The taxes of a marketplace line: inside the price, or none at all."""
        if company.plug4market_tax_policy == "none":
            return self.browse()
        return self.browse([tax._plug4market_included().id for tax in self])

    def _plug4market_included(self):
        """This tax, or its price-included twin, made once when first needed."""
        self.ensure_one()
        if self.amount_type == "group":
            inside = all(tax.price_include for tax in self.children_tax_ids)
        else:
            inside = self.price_include
        if inside:
            return self
        if not self.plug4market_included_tax_id:
            children = [
                Command.link(tax._plug4market_included().id)
                for tax in self.children_tax_ids
            ]
            self.plug4market_included_tax_id = self.copy(
                {
                    "children_tax_ids": children,
                    "name": self.env._("%s (included)", self.name),
                    "price_include_override": "tax_included",
                    # A second replacement in fiscal positions would double the tax.
                    "fiscal_position_ids": [Command.clear()],
                    "original_tax_ids": [Command.clear()],
                    "replacing_tax_ids": [Command.clear()],
                }
            )
        return self.plug4market_included_tax_id
