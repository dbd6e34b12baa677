from odoo import fields, models


class Plug4marketMetafield(models.Model):
    """A line of a product's technical sheet that is no field of Odoo.

    Which ones a category asks for is only seen in Plug4Market (docs/hub-api.md 13 #14).
    """

    _name = "plug4market.metafield"
    _inherit = ["plug4market.followed.mixin", "plug4market.sealed.mixin"]
    _description = "Plug4Market Technical Sheet Line"
    _order = "sequence, id"
    _rec_name = "key"

    _plug4market_followed = {"content": {"key", "value", "sequence"}}

    product_tmpl_id = fields.Many2one(
        "product.template", "Product", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    key = fields.Char("Characteristic", required=True)
    value = fields.Char(required=True)

    _key_uniq = models.UniqueIndex(
        "(product_tmpl_id, lower(key))",
        "A characteristic can be on a product's technical sheet only once. "
        "Remove one of the two lines.",
    )

    def _plug4market_followed_products(self):
        return self.product_tmpl_id.product_variant_ids
