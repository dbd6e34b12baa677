from odoo import api, fields, models

from ..const import SHEET_FIELDS

# What a template tells the hub of its SKUs, by the lane a change travels on.
FOLLOWED = {
    "stock": {"active", "plug4market_enabled"},
    "price": {"list_price"},
    "content": {
        "categ_id",
        "name",
        "description_sale",
        "image_1920",
        "plug4market_description",
        "plug4market_group_code",
        "plug4market_group_name",
        "plug4market_image_urls",
        "plug4market_video_urls",
        *(f"plug4market_{name}" for name in SHEET_FIELDS),
    },
}


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "plug4market.followed.mixin"]

    _plug4market_followed = FOLLOWED

    plug4market_enabled = fields.Boolean(
        "Sell on marketplaces",
        help="Publish this product in Plug4Market and keep it up to date.",
    )
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
        result = super().write(vals)
        if {"active", "plug4market_enabled"} & vals.keys():
            self._plug4market_all_variants()._plug4market_mark_twins()
        return result

    def _plug4market_followed_products(self):
        return self._plug4market_all_variants()

    def _plug4market_all_variants(self):
        """The variants, archived ones too: those have to be taken off sale."""
        return self.with_context(active_test=False).product_variant_ids

    def _plug4market_variants_to_send(self):
        """The variants on sale, and those that are on the hub though archived."""
        return self._plug4market_all_variants().filtered(
            lambda variant: variant.active or variant.plug4market_synced_at
        )

    def action_plug4market_sync(self):
        """Send every variant of these products to Plug4Market now."""
        return self._plug4market_variants_to_send().action_plug4market_sync()

    def action_plug4market_preview(self):
        """Show what Send would tell Plug4Market of these products."""
        return self._plug4market_variants_to_send().action_plug4market_preview()
