from odoo import models

from ..const import ATTRIBUTE_FIELDS


class ProductProduct(models.Model):
    """What a variant's attributes and its technical sheet tell the hub."""

    _inherit = "product.product"

    def _plug4market_attributes(self):
        """The attribute values of this SKU.

        An attribute with one value counts though it makes no variants; one of several
        is the buyer's choice and no fact of the SKU.
        """
        lines = self.product_tmpl_id.attribute_line_ids
        fixed = lines.filtered(
            lambda line: (
                line.attribute_id.create_variant == "no_variant"
                and len(line.value_ids) == 1
            )
        )
        made = self.product_template_attribute_value_ids
        return (made.product_attribute_value_id | fixed.value_ids).sorted(
            lambda value: (value.attribute_id.sequence, value.attribute_id.id, value.id)
        )

    def _plug4market_facts(self):
        """Pairs of (hub's field or characteristic, value), as often as they occur."""
        facts = []
        for value in self._plug4market_attributes():
            field = value.attribute_id.plug4market_field
            if field in ATTRIBUTE_FIELDS:
                facts.append((field, value.plug4market_hub_id or value.name))
            else:
                facts.append((value.attribute_id.name, value.name))
        sheet = self.product_tmpl_id.plug4market_metafield_ids
        return facts + [(line.key.strip(), line.value.strip()) for line in sheet]

    def _plug4market_attribute_values(self):
        """The variation fields and metafields of a ``ProductBody``.

        The first of several values counts: ``_plug4market_repeated`` names the others.
        """
        values, metafields = {}, {}
        for key, value in self._plug4market_facts():
            if key in ATTRIBUTE_FIELDS:
                values.setdefault(key, value)
            else:
                metafields.setdefault(key.casefold(), (key, value))
        return {**values, "metafields": tuple(metafields.values()) or None}

    def _plug4market_repeated(self):
        """The characteristics that have two values, in the words of the screen."""
        selection = self.env["product.attribute"]._fields["plug4market_field"]
        words = dict(selection._description_selection(self.env))
        seen, repeated = set(), []
        for key, _value in self._plug4market_facts():
            if key.casefold() in seen:
                repeated.append(words.get(key, key))
            seen.add(key.casefold())
        return repeated
