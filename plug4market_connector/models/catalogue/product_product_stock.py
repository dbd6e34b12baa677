from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...transaction import fall_out
from .stock_arithmetic import Stock, Units, expired_units, quoted_units

# What Odoo's ``outgoing_qty`` takes for open (stock 19.0, product.product).
OPEN_MOVES = ("waiting", "confirmed", "assigned", "partially_available")
# Kits of kits of kits: what is deeper contains itself, and would be exploded for ever.
DEEPEST_KIT = 20
# Odoo rounds up what each line asks for: of so many kits that is nothing.
TIMES_EXPLODED = 10**9


class ProductProduct(models.Model):
    """How many units of a product may be offered on marketplaces."""

    _inherit = "product.product"

    def _plug4market_stocks(self, company):
        """Units of each product that may be offered: no fraction, never negative."""
        parts = self._plug4market_stock_parts(company)
        return {product_id: stock.offered for product_id, stock in parts.items()}

    def _plug4market_stock_parts(self, company):
        """What the units of each product that may be offered come from.

        On hand in the chosen warehouses, minus what expired, minus all open outgoing
        demand, reserved or not, minus imported quotations, minus the buffer. A kit can
        be made as often as its scarcest component allows.

        :return: ``{product id: Stock}``
        """
        offered = self._plug4market_offered()
        kits = offered._plug4market_components(company)
        parts = self.browse({part for kit in kits.values() for part in kit})
        units = (offered | parts)._plug4market_units(company)
        stocks = dict.fromkeys(self.ids, Stock())
        for product in offered:
            kit = kits.get(product.id, {})
            stocks[product.id] = Stock(
                own=units[product.id],
                kit=kit,
                components={part: units[part] for part in kit},
            )
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

    def _plug4market_units(self, company):
        """The ``Units`` of each product, kits taken for what they are themselves."""
        warehouses = company._plug4market_offered_warehouses()
        if not warehouses:
            # Odoo would count every warehouse, the marketplaces' too.
            return dict.fromkeys(self.ids, Units())
        counted = self.with_context(warehouse_id=warehouses.ids)
        quoted = self._plug4market_quoted(company)
        expired = counted._plug4market_expired()
        buffer = company.plug4market_stock_buffer
        return {
            product.id: Units(
                on_hand=product.qty_available,
                expired=expired.get(product.id, 0.0),
                outgoing=product.outgoing_qty,
                quoted=quoted.get(product.id, 0.0),
                buffer=buffer,
            )
            for product in counted
        }

    def _plug4market_expired(self):
        """Units in the context's warehouses that are past their removal date.

        Expired is what Odoo reserves for no order any more (product_expiry 19.0,
        ``stock.quant._compute_available_quantity``), from the minute of the date on.
        Odoo's number of a product (``virtual_available``) is no help: it counts from
        the next midnight on, and what a transfer within the warehouse has reserved as
        good. What an outgoing move holds is in its demand and is not taken off twice.

        :return: ``{product id: units}``, without those of which nothing expires
        """
        expiring = self._plug4market_expiring()
        if not expiring:
            return {}
        expired = self.env["stock.quant"]._read_group(
            expiring._plug4market_expired_domain(),
            ["product_id"],
            ["quantity:sum"],
        )
        if not expired:
            return {}
        held = self.env["stock.move.line"]._read_group(
            expiring._plug4market_expired_held_domain(),
            ["move_id"],
            ["quantity_product_uom:sum"],
        )
        return expired_units(
            {product.id: units for product, units in expired},
            [(move.product_id.id, move.product_qty, units) for move, units in held],
        )

    def _plug4market_expiring(self):
        """Those whose lots expire; none where no addon knows of expiration dates."""
        if "use_expiration_date" not in self._fields:
            return self.browse()
        return self.filtered("use_expiration_date")

    def _plug4market_on_hand_domain(self):
        """The quants of these products in the context's warehouses."""
        in_stock, _incoming, _outgoing = self._get_domain_locations()
        return Domain("product_id", "in", self.ids) & Domain(in_stock)

    def _plug4market_expired_domain(self):
        """Those that are past their removal date."""
        expired = Domain("removal_date", "<=", fields.Datetime.now())
        return self._plug4market_on_hand_domain() & expired

    def _plug4market_outgoing_domain(self):
        """The moves that Odoo counts in these products' ``outgoing_qty``."""
        _in_stock, _incoming, outgoing = self._get_domain_locations()
        return (
            Domain("product_id", "in", self.ids)
            & Domain("state", "in", OPEN_MOVES)
            & Domain(outgoing)
        )

    def _plug4market_expired_held_domain(self):
        """What outgoing moves have reserved of expired units."""
        expired = Domain("lot_id.removal_date", "<=", fields.Datetime.now())
        moves = Domain("move_id", "any", self._plug4market_outgoing_domain())
        in_stock, _incoming, _outgoing = self._get_domain_locations()
        return Domain("product_id", "in", self.ids) & expired & moves & Domain(in_stock)

    def _plug4market_quoted(self, company):
        """Units sold on a marketplace whose order is still a quotation."""
        sold, kits = self._plug4market_quotations(company)
        return quoted_units(sold.items(), kits)

    def _plug4market_quotations(self, company):
        """Units of each product in imported quotations, and the kits among these."""
        lines = self.env["sale.order.line"].sudo()
        found = lines._read_group(
            self._plug4market_quoted_domain(company),
            ["product_id", "product_uom_id"],
            ["product_uom_qty:sum"],
        )
        sold = defaultdict(float)
        for product, uom, quantity in found:
            # A unit that does not fit is a problem of its own line, not of all others.
            sold[product.id] += uom._compute_quantity(
                quantity, product.uom_id, round=False, raise_if_failure=False
            )
        # A kit that cannot be exploded is a problem of its own SKU, not of all others.
        exploded, _failed = fall_out(
            self.env,
            self.browse(sold),
            lambda part: part._plug4market_components(company),
        )
        return sold, {kit: parts for part in exploded for kit, parts in part.items()}

    def _plug4market_quoted_domain(self, company):
        """The lines of imported quotations, which no outgoing demand stands for yet."""
        return Domain(
            [
                ("company_id", "=", company.id),
                ("order_id.plug4market_order_uid", "!=", False),
                ("order_id.plug4market_order_type", "!=", "1"),
                # Whatever the hub says: they are here until they have left.
                ("order_id.plug4market_status", "!=", "CANCELED"),
                ("order_id.state", "in", ["draft", "sent"]),
            ]
        )

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
            _boms, lines = bom.explode(product, TIMES_EXPLODED)
            made = TIMES_EXPLODED * bom.product_uom_id._compute_quantity(
                bom.product_qty, product.uom_id, round=False
            )
            parts = defaultdict(float)
            for line, values in lines:
                if line.product_id.is_storable and values["qty"] > 0:
                    quantity = line.product_uom_id._compute_quantity(
                        values["qty"], line.product_id.uom_id, round=False
                    )
                    parts[line.product_id.id] += quantity / made
            if parts:
                components[product.id] = dict(parts)
        return components

    def _plug4market_with_parts(self):
        """These products and, of kits, all that they are made of, at any depth."""
        if "mrp.bom" not in self.env:
            return self
        boms = self.env["mrp.bom"].sudo()
        known = found = self
        while found:
            recipes = boms.search(
                [
                    ("type", "=", "phantom"),
                    ("product_tmpl_id", "in", found.product_tmpl_id.ids),
                    ("product_id", "in", [False, *found.ids]),
                ]
            )
            found = recipes.bom_line_ids.product_id.with_env(self.env) - known
            known |= found
        return known

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

    # -- the explanation ------------------------------------------------------
    # What the number came from, and the records behind each part of it.

    def action_plug4market_explain_stock(self):
        """Show how the stock that marketplaces see of this product came about."""
        return self.env["plug4market.stock.explanation"]._open(self)

    def _plug4market_explain_not_offered(self, company, stock):
        """Why marketplaces see no stock of this product at all; empty when they may."""
        if not self.active:
            return self.env._("The product is archived: it is not offered.")
        if not self.plug4market_enabled:
            return self.env._(
                "The product is not sold on marketplaces. To offer it, press Send to "
                "Plug4Market."
            )
        if not company._plug4market_offered_warehouses():
            return self.env._(
                "No warehouse of %s is for sale. Choose one in the settings of "
                "Marketplace.",
                company.name,
            )
        if not (self.is_storable or stock.kit or stock.offered):
            return self.env._(
                "Odoo keeps no stock of this product. Tick Track Inventory on it, then "
                "count what there is."
            )
        return ""

    def _plug4market_on_hand(self, warehouses):
        """Units of this product in each of ``warehouses``, as ``{warehouse: units}``.

        By the same number of Odoo that counts all of them. A warehouse within another
        would be counted twice: then there is no telling apart, and nothing is returned.
        """
        found = {
            warehouse: self.with_context(warehouse_id=warehouse.ids).qty_available
            for warehouse in warehouses
        }
        together = self.with_context(warehouse_id=warehouses.ids).qty_available
        if self.uom_id.compare(sum(found.values()), together):
            return {}
        return found

    def _plug4market_stock_records(self, company, kind, warehouses):
        """The records behind one part of this product's stock, as far as visible.

        :param kind: the name of that part in ``Units``
        """
        counted = self.with_context(warehouse_id=warehouses.ids)
        if kind == "quoted":
            sold, kits = self.sudo()._plug4market_quotations(company)
            takers = [taker for taker in sold if self.id in kits.get(taker, [taker])]
            domain = self._plug4market_quoted_domain(company)
            domain &= Domain("product_id", "in", takers)
            return self.env["sale.order.line"].search(domain)
        if kind == "outgoing":
            domain = counted._plug4market_outgoing_domain()
            return self.env["stock.move"].search(domain)
        if kind == "expired":
            domain = counted._plug4market_expired_domain()
            return self.env["stock.quant"].search(domain)
        domain = counted._plug4market_on_hand_domain()
        return self.env["stock.quant"].search(domain)
