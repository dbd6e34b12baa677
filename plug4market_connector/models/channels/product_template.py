from odoo import api, fields, models

from .product_product import USER


class ProductTemplate(models.Model):
    _inherit = "product.template"

    plug4market_announcement_ids = fields.One2many(
        "plug4market.announcement",
        "product_tmpl_id",
        context={"active_test": False},
        groups=USER,
    )
    plug4market_channel_ids = fields.Many2many(
        "plug4market.sales.channel",
        string="Sales channels",
        compute="_compute_plug4market_channel_ids",
        inverse="_inverse_plug4market_channel_ids",
        groups=USER,
        help="Where at least one variant is sold. A channel that is added or removed "
        "here is added to or removed from every variant.",
    )

    @api.depends("product_variant_ids.plug4market_channel_ids")
    @api.depends_context("company")
    def _compute_plug4market_channel_ids(self):
        for template in self:
            variants = template.product_variant_ids
            template.plug4market_channel_ids = variants.plug4market_channel_ids

    def _inverse_plug4market_channel_ids(self):
        """Add or remove what changed; channels of single variants stay theirs."""
        variants = self.product_variant_ids
        on = variants._plug4market_channels()
        none = self.env["plug4market.sales.channel"]
        chosen = {}
        for template in self:
            shown = template.plug4market_channel_ids
            own = template.product_variant_ids
            before = none.union(*(on.get(variant, none) for variant in own))
            for variant in own:
                kept = on.get(variant, none) & shown
                chosen[variant] = kept | (shown - before)
        variants._plug4market_choose_channels(chosen)
