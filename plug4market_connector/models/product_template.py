from odoo import api, fields, models

# What a template tells the hub of its SKUs, by the lane a change travels on.
FOLLOWED = {
    "stock": {"active", "plug4market_enabled"},
    "price": {"list_price"},
    "content": {
        "categ_id",
        "name",
        "description_sale",
        "plug4market_brand",
        "plug4market_group_code",
        "plug4market_group_name",
    },
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    plug4market_enabled = fields.Boolean(
        "Sell on marketplaces",
        help="Publish this product in Plug4Market and keep it up to date.",
    )
    plug4market_brand = fields.Char("Brand")
    plug4market_group_code = fields.Char(
        "Group code",
        compute="_compute_plug4market_group_code",
        store=True,
        readonly=False,
        copy=False,
        help="Variants with the same code are one product in Plug4Market (productId).",
    )
    plug4market_group_name = fields.Char(
        "Group name",
        copy=False,
        help="What the products with the same group code are called together. "
        "Empty: the product's own name.",
    )

    @api.depends("create_date")
    def _compute_plug4market_group_code(self):
        for template in self:
            if not template.plug4market_group_code and template._origin.id:
                template.plug4market_group_code = str(template._origin.id)

    def write(self, vals):
        """Let the hub follow what it is told of these products."""
        result = super().write(vals)
        for lane, names in FOLLOWED.items():
            if names & vals.keys():
                # An archived product has to be taken off sale: its variants count.
                variants = self.with_context(active_test=False).product_variant_ids
                self.env["plug4market.sku.change"]._mark(variants, lane)
        return result

    def action_plug4market_sync(self):
        """Send every variant of these products to Plug4Market now."""
        return self.product_variant_ids.action_plug4market_sync()
