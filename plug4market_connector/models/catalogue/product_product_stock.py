from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from ...transaction import fall_out
from .stock_arithmetic import free_units, kit_units, offered_units, quoted_units

# Kits of kits of kits: what is deeper contains itself, and would be exploded for ever.
DEEPEST_KIT = 20


class ProductProduct(models.Model):
    """How many units of a product may be offered on marketplaces."""

    _inherit = "product.product"

    def _plug4market_stocks(self, company):
        """Units of each product that may be offered: no fraction, never negative.

        On hand in the chosen warehouses, minus all open outgoing demand, reserved or
        not, minus imported quotations, minus the buffer. A kit can be made as often as
        its scarcest component allows.
        """
        offered = self._plug4market_offered()
        components = offered._plug4market_components(company)
        parts = self.browse({part for kit in components.values() for part in kit})
        free = (offered | parts)._plug4market_free_quantities(company)
        stocks = dict.fromkeys(self.ids, 0)
        for product in offered:
            kit = components.get(product.id)
            units = kit_units(kit, free) if kit else free[product.id]
            stocks[product.id] = offered_units(units)
        return stocks

    def _plug4market_offered(self):
        """Those of these products that are for sale on marketplaces.

        A comparison asks what would be sent of a product that the hub sells and nobody
        has switched on in Odoo yet: its context takes it for sold.
        """
        assumed = self.env.context.get("plug4market_assumed_ids", ())
        return self.filtered(
            lambda p: p.active and (p.plug4market_enabled or p.id in assumed)
        )

    def _plug4market_free_quantities(self, company):
        """Units of each product that nothing asks for, less the buffer."""
        warehouses = company._plug4market_offered_warehouses()
        if not warehouses:
            # Odoo would count every warehouse, the marketplaces' too.
            return dict.fromkeys(self.ids, 0.0)
        quoted = self._plug4market_quoted(company)
        return {
            product.id: free_units(
                on_hand=product.qty_available,
                outgoing=product.outgoing_qty,
                quoted=quoted.get(product.id, 0.0),
                buffer=company.plug4market_stock_buffer,
            )
            for product in self.with_context(warehouse_id=warehouses.ids)
        }

    def _plug4market_quoted(self, company):
        """Units sold on a marketplace whose order is still a quotation."""
        sold = self.env["sale.order.line"].sudo()
        sold = sold._read_group(
            [
                ("company_id", "=", company.id),
                ("order_id.plug4market_order_uid", "!=", False),
                ("order_id.plug4market_order_type", "!=", "1"),
                ("order_id.plug4market_status", "=", "APPROVED"),
                ("order_id.state", "in", ["draft", "sent"]),
            ],
            ["product_id"],
            ["product_uom_qty:sum"],
        )
        products = self.browse([product.id for product, _quantity in sold])
        # A kit that cannot be exploded is a problem of its own SKU, not of all others.
        found, _failed = fall_out(
            self.env, products, lambda part: part._plug4market_components(company)
        )
        kits = {kit: parts for part in found for kit, parts in part.items()}
        return quoted_units(((product.id, units) for product, units in sold), kits)

    def _plug4market_components(self, company):
        """What one unit of each kit among these products is made of.

        Kits are phantom bills of materials, where Manufacturing is installed; what is
        not stored limits nothing, nor does an optional component of quantity 0.

        :return: ``{kit id: {component id: units}}``
        :raise UserError: when one of them contains itself
        """
        if "mrp.bom" not in self.env or not self:
            return {}
        boms = self._plug4market_kits(company)
        self._plug4market_check_depth(company, boms)
        components = {}
        for product, bom in boms.items():
            _boms, lines = bom.explode(product, bom.product_qty)
            parts = defaultdict(float)
            for line, values in lines:
                if line.product_id.is_storable and values["qty"] > 0:
                    quantity = line.product_uom_id._compute_quantity(
                        values["qty"], line.product_id.uom_id, round=False
                    )
                    parts[line.product_id.id] += quantity / bom.product_qty
            if parts:
                components[product.id] = dict(parts)
        return components

    def _plug4market_kits(self, company):
        """The phantom bill of materials of each kit among these products."""
        boms = self.env["mrp.bom"].sudo()
        found = boms._bom_find(self, company_id=company.id, bom_type="phantom")
        return {product: bom for product, bom in found.items() if bom}

    def _plug4market_check_depth(self, company, boms):
        """Refuse kits that contain themselves.

        Odoo looks for that when a bill of materials is saved, but not when one of its
        lines is written by itself; then ``explode`` finds no end.
        """
        for _level in range(DEEPEST_KIT):
            if not boms:
                return
            parts = self.browse().union(
                *(
                    line.product_id
                    for product, bom in boms.items()
                    for line in bom.bom_line_ids
                    if not line._skip_bom_line(product)
                )
            )
            boms = parts._plug4market_kits(company)
        raise UserError(
            self.env._(
                "The kit contains itself: %s. Correct its bill of materials, then send "
                "it again.",
                ", ".join(product.display_name for product in boms),
            )
        )
