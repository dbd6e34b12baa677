from odoo import api, fields, models


class Plug4marketCategoryMapping(models.Model):
    """Which category of a sales channel a product category is (docs/hub-api.md 6.3)."""

    _name = "plug4market.category.mapping"
    _description = "Plug4Market Category Mapping"
    _order = "category_id, channel_id"

    category_id = fields.Many2one(
        "product.category", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(
        "plug4market.sales.channel", "Sales channel", required=True
    )
    channel_category = fields.Char(
        "Category on the channel",
        required=True,
        help="The number or code of the category, as the channel knows it.",
    )

    _category_channel_uniq = models.UniqueIndex(
        "(category_id, channel_id)",
        "This category is mapped to a category of this channel already.",
    )

    @api.depends("channel_id", "channel_category")
    def _compute_display_name(self):
        for mapping in self:
            channel, code = mapping.channel_id.display_name, mapping.channel_category
            mapping.display_name = f"{channel}: {code}"

    @api.model_create_multi
    def create(self, vals_list):
        mappings = super().create(vals_list)
        mappings.category_id._plug4market_changed()
        return mappings

    def write(self, vals):
        result = super().write(vals)
        self.category_id._plug4market_changed()
        return result

    def unlink(self):
        categories = self.category_id
        result = super().unlink()
        categories._plug4market_changed()
        return result
