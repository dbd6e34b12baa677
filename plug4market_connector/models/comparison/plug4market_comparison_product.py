from odoo import models
from odoo.tools import float_compare

from ...hub import read_product

# What of a product is taken over as it is, where both sides have such a field:
# ``ProductBody`` calls it so, and the product the same with our prefix.
DETAILS = (
    "brand",
    "width",
    "height",
    "length",
    "model",
    "ncm",
    "cest",
    "origin",
    "gender",
    "condition",
    "warranty",
    "anatel_code",
    "anvisa_code",
    "inmetro_code",
    "mapa_code",
)
GRAMS_OF_A_KILOGRAM = 1000


class Plug4marketComparisonLine(models.Model):
    """What products take over from the hub: never the stock, and nothing twice."""

    _inherit = "plug4market.comparison.line"

    # -- products that Odoo does not have -------------------------------------

    def _make_products(self):
        """Make one product for each SKU; what the hub groups shares its group code.

        They do not become variants of one template: the hub names colour and size by
        ids that no call explains (docs/hub-api.md 5.9), and a wrong attribute could not
        be taken back once stock and orders hang on the variant. On the hub nothing
        changes, as it is the group code that makes them one product there.
        """
        products = self.env["product.product"].with_context(
            plug4market_known_on_hub=True
        )
        made = products.create([line._prepare_product_values() for line in self])
        for line, product in zip(self, made, strict=True):
            line.product_id = product
            line._done(line._explain_stock())

    def _explain_stock(self):
        """What the owner of a product that was just made must know of its stock."""
        if not self.hub_stock:
            return self.env._("Created in Odoo.")
        return self.env._(
            "Created in Odoo. Count its stock here first: Plug4Market keeps its %s "
            "units only until something changes in Odoo.",
            self.hub_stock,
        )

    def _prepare_product_values(self):
        hub = read_product(self.hub_body)
        name = hub.name or hub.product_name or self.sku
        return {
            "name": name,
            "default_code": self.sku,
            "list_price": float(hub.price or 0),
            "type": "consu",
            "is_storable": True,
            "sale_ok": True,
            "plug4market_enabled": self.hub_active,
            "plug4market_group_name": hub.product_name != name and hub.product_name,
            **({"plug4market_group_code": hub.product_id} if hub.product_id else {}),
            **self._prepare_details(hub),
        }

    def _prepare_details(self, hub):
        """What the hub knows of a product, for the fields that products have here.

        Weights are kilograms in Odoo and grams on the hub (docs/hub-api.md 5.2).
        """
        values = {f"plug4market_{name}": getattr(hub, name) for name in DETAILS}
        values["description_sale"] = hub.description
        values["barcode"] = hub.ean
        values["weight"] = float(hub.weight or 0) / GRAMS_OF_A_KILOGRAM
        fields = self.env["product.product"]._fields
        return {
            name: float(value) if fields[name].type == "float" else value
            for name, value in values.items()
            if value and name in fields and self._fits(fields[name], value)
        }

    def _fits(self, field, value):
        return field.type != "selection" or value in field.get_values(self.env)

    # -- products that Odoo has -----------------------------------------------

    def _complete_products(self):
        """Take over what is empty in Odoo, whichever side wins.

        An empty field is nobody's decision, and would be lost on the hub: it is sent
        a description as soon as anything else changes.
        """
        self._adopt_group_codes()
        for line in self:
            product = line.product_id.with_context(plug4market_known_on_hub=True)
            details = line._prepare_details(read_product(line.hub_body))
            blanks = {name: v for name, v in details.items() if not product[name]}
            if blanks:
                product.write(blanks)

    def _adopt_group_codes(self):
        """Take over the hub's group code where nobody chose one in Odoo.

        The default, the template's id, means nothing to the hub, and another code than
        its own may be refused (docs/hub-api.md 5.4).
        """
        for template, code in self._unanimous(lambda hub: hub.product_id):
            if template.plug4market_group_code == str(template.id):
                template.plug4market_group_code = code

    def _take_group_names(self):
        """Call a group what the hub calls it."""
        for template, name in self._unanimous(lambda hub: hub.product_name):
            if name != template.name:
                template.plug4market_group_name = name

    def _unanimous(self, read):
        """The templates of which the hub says one thing, whatever SKU it is asked of.

        :param read: what to read of a SKU's ``ProductBody``
        :return: pairs of a template, which is not to be sent back, and that one thing
        """
        templates = self.product_id.product_tmpl_id
        lines = self.search(
            [
                ("comparison_id", "in", self.comparison_id.ids),
                ("kind", "!=", "missing_there"),
                ("product_id.product_tmpl_id", "in", templates.ids),
            ]
        )
        by_template = lines.grouped(lambda line: line.product_id.product_tmpl_id)
        for template, of_template in by_template.items():
            said = {read(read_product(line.hub_body)) for line in of_template}
            if len(said) == 1 and all(said):
                yield template.with_context(plug4market_known_on_hub=True), said.pop()

    def _take_offer(self):
        """Make the hub's name and price those on marketplaces.

        Where Odoo's own are the same, they are followed.
        """
        rows = self._rows() if self else {}
        names = self.product_id._plug4market_default_names()
        prices = self.product_id._plug4market_default_prices()
        for line in self:
            hub, product = read_product(line.hub_body), line.product_id
            values = {}
            if hub.name:
                own = hub.name != names[product.id]
                values["name_override"] = own and hub.name
            if hub.price:
                other = float_compare(float(hub.price), prices[product.id], 2)
                values["price_override"] = float(hub.price) if other else False
            rows[product].write(values)
