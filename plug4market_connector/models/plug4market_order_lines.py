from odoo import api, models
from odoo.fields import Command


class Plug4marketOrderImport(models.AbstractModel):
    """What was bought: items, and the amounts around them, as lines."""

    _inherit = "plug4market.order.import"

    @api.model
    def _prepare_lines(self, lookup, hub_order, fiscal_position):
        """The items, then freight, interest and discount as far as the total counts."""
        items = [
            self._prepare_line_values(lookup, item, fiscal_position)
            for item in hub_order.items
        ]
        charges = hub_order.charges
        if self._fiscal_operation(lookup):
            return self._with_fiscal_charges(lookup, items, charges)
        extras = (
            ("product_freight", charges.freight),
            ("product_interest", charges.interest),
            ("product_discount", -charges.discount),
        )
        return items + [
            self._prepare_extra_values(lookup, xmlid, amount, fiscal_position)
            for xmlid, amount in extras
            if amount
        ]

    @api.model
    def _prepare_line_values(self, lookup, item, fiscal_position):
        product = lookup.product(item) or lookup.ref(
            "plug4market_connector.product_placeholder"
        )
        taxes = lookup.taxes(product, fiscal_position)
        return {
            "product_id": product.id,
            "name": item.name or product.display_name,
            "product_uom_qty": float(item.quantity),
            "price_unit": float(item.unit_price),
            # Odoo takes a price that is not the technical one for typed, and keeps it.
            "technical_price_unit": 0.0,
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "plug4market_sku": item.sku or item.custom_id or False,
            "plug4market_item_id": item.order_item_id or False,
        }

    @api.model
    def _prepare_extra_values(self, lookup, xmlid, amount, fiscal_position):
        """A line for an amount that is no product: freight, interest, difference."""
        product = lookup.ref(f"plug4market_connector.{xmlid}")
        taxes = lookup.taxes(product, fiscal_position)
        return {
            "product_id": product.id,
            "name": product.name,
            "product_uom_qty": 1.0,
            "price_unit": float(amount),
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
        }

    # -- OCA's Brazilian localisation -----------------------------------------

    @api.model
    def _fiscal_operation(self, lookup):
        """The fiscal operation of a sale where OCA's addons are installed.

        An order without one has a total of zero there, and a line without one is left
        out of the invoice.
        """
        if "fiscal_operation_id" not in self.env["sale.order"]._fields:
            return None
        company = lookup.company
        chosen = "sale_fiscal_operation_id" in company._fields
        return (chosen and company.sale_fiscal_operation_id) or lookup.ref(
            "l10n_br_fiscal.fo_venda"
        )

    @api.model
    def _prepare_fiscal_values(self, lookup):
        operation = self._fiscal_operation(lookup)
        return {"fiscal_operation_id": operation.id} if operation else {}

    @api.model
    def _with_fiscal_charges(self, lookup, lines, charges):
        """``lines`` as OCA's addons want them: what is no product is in its own field.

        A service line for freight would be missing in the invoice. The operation brings
        the taxes, which are inside the price but for IPI.
        """
        values = [line["price_unit"] * line["product_uom_qty"] for line in lines]

        def shares(amount):
            parts = self._share(lookup.company.currency_id, float(amount), values)
            return zip(lines, parts, strict=True)

        for line, share in shares(charges.freight):
            line["freight_value"] = share
        for line, share in shares(charges.interest):
            line["other_value"] = share
        for line, share in shares(charges.discount):
            line["price_unit"] -= share / (line["product_uom_qty"] or 1.0)
        for line in lines:
            del line["tax_ids"]
            line.update(self._prepare_fiscal_values(lookup))
        return lines

    @api.model
    def _share(self, currency, amount, values):
        """``amount`` in parts like ``values``, exact to the cent."""
        shares, left, total = [], amount, sum(values)
        for value in values:
            share = currency.round(left * value / total) if total else 0.0
            shares.append(share)
            left, total = left - share, total - value
        if shares:
            shares[-1] = currency.round(shares[-1] + left)
        return shares
