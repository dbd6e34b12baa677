from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import remove_accents

from ...hub import is_object_id

# The hub's fields that an attribute may fill; the others become metafields.
ATTRIBUTE_FIELDS = ("color", "size", "voltage", "flavor", "potency", "modelo")

# Names of attributes, without accents, that say which of these fields they fill.
ATTRIBUTE_NAMES = {
    **dict.fromkeys(("cor", "cores", "color", "colour", "colors"), "color"),
    **dict.fromkeys(("tamanho", "tamanhos", "size", "numeracao"), "size"),
    **dict.fromkeys(("voltagem", "voltage", "tensao", "tensao eletrica"), "voltage"),
    **dict.fromkeys(("sabor", "sabores", "flavor", "flavour"), "flavor"),
    **dict.fromkeys(("potencia", "potency", "power"), "potency"),
    **dict.fromkeys(("modelo", "model"), "modelo"),
}


class ProductAttribute(models.Model):
    _name = "product.attribute"
    _inherit = ["product.attribute", "plug4market.followed.mixin"]

    _plug4market_followed = {"content": {"name", "plug4market_field"}}

    plug4market_field = fields.Selection(
        [
            ("color", "Colour"),
            ("size", "Size"),
            ("voltage", "Voltage"),
            ("flavor", "Flavour"),
            ("potency", "Power"),
            ("modelo", "Model"),
            ("metafield", "Technical sheet"),
        ],
        "In Plug4Market",
        compute="_compute_plug4market_field",
        store=True,
        readonly=False,
        help="What this attribute is for marketplaces. Those that are none of the "
        "variations of Plug4Market go to the technical sheet under their own name.",
    )

    @api.depends("name")
    def _compute_plug4market_field(self):
        for attribute in self:
            # A choice that was made is kept when the attribute is renamed.
            if attribute._origin and attribute.plug4market_field:
                continue
            name = remove_accents(attribute.name or "").strip().lower()
            attribute.plug4market_field = ATTRIBUTE_NAMES.get(name, "metafield")

    def _plug4market_followed_products(self):
        return self.env["product.product"].search(
            [("product_tmpl_id.attribute_line_ids.attribute_id", "in", self.ids)]
        )


class ProductAttributeValue(models.Model):
    _name = "product.attribute.value"
    _inherit = ["product.attribute.value", "plug4market.followed.mixin"]

    _plug4market_followed = {"content": {"name", "plug4market_hub_id"}}

    plug4market_hub_id = fields.Char(
        "Plug4Market id",
        help="The 24 characters by which Plug4Market knows this colour, size, voltage, "
        "flavour, power or model. Empty: the name is sent.",
    )

    @api.constrains("plug4market_hub_id")
    def _check_plug4market_hub_id(self):
        for value in self:
            uid = value.plug4market_hub_id
            if uid and not is_object_id(uid):
                raise ValidationError(
                    self.env._(
                        "The Plug4Market id of %(value)s must have 24 characters, "
                        "each 0 to 9 or a to f: copy it from Plug4Market.",
                        value=value.display_name,
                    )
                )

    def _plug4market_followed_products(self):
        return self.env["product.product"].search(
            [("product_tmpl_id.attribute_line_ids.value_ids", "in", self.ids)]
        )


class ProductTemplateAttributeLine(models.Model):
    _name = "product.template.attribute.line"
    _inherit = ["product.template.attribute.line", "plug4market.followed.mixin"]

    _plug4market_followed = {"content": {"active", "attribute_id", "value_ids"}}

    def _plug4market_followed_products(self):
        return self.product_tmpl_id.product_variant_ids


class ProductTemplateAttributeValue(models.Model):
    _name = "product.template.attribute.value"
    _inherit = ["product.template.attribute.value", "plug4market.followed.mixin"]

    _plug4market_followed = {"price": {"price_extra"}}

    def _plug4market_followed_products(self):
        return self.ptav_product_variant_ids
