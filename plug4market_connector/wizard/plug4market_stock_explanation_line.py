from odoo import api, fields, models

from ..models.catalogue.stock_arithmetic import offered_units

PARTS = [
    ("on_hand", "On hand"),
    ("expired", "Expired, past the removal date"),
    ("outgoing", "Open outgoing demand"),
    ("quoted", "Held by quotations of marketplaces"),
    ("buffer", "Stock buffer"),
    ("component", "Component"),
    ("rounding", "Rounding"),
    ("result", "Stock on marketplaces"),
]

# What a line opens; nothing of the others.
OPENED = {
    "on_hand": "stock.quant",
    "expired": "stock.quant",
    "outgoing": "stock.move",
    "quoted": "sale.order.line",
    "buffer": "res.config.settings",
    "component": "product.product",
}
SETTINGS = "plug4market_connector.res_config_settings_action_plug4market"


class Plug4marketStockExplanationLine(models.TransientModel):
    """One number of the explanation; those of one product add up to its last."""

    _name = "plug4market.stock.explanation.line"
    _description = "Part of a Product's Stock on Marketplaces"
    _order = "id"

    explanation_id = fields.Many2one(
        "plug4market.stock.explanation", readonly=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(PARTS, readonly=True)
    name = fields.Char("What", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    is_detail = fields.Boolean("Of a component", readonly=True)
    is_scarcest = fields.Boolean("Scarcest", readonly=True)
    may_open = fields.Boolean(compute="_compute_may_open")

    @api.depends("kind")
    def _compute_may_open(self):
        for line in self:
            opened = OPENED.get(line.kind)
            right = "create" if line.kind == "buffer" else "read"
            line.may_open = opened and self.env[opened].has_access(right)

    # -- making ---------------------------------------------------------------

    @api.model
    def _prepare_stock_lines(self, product, company, stock):
        """The lines that lead to ``stock``, but for the result itself."""
        if not stock.kit:
            lines = self._prepare_units_lines(product, company, stock.own)
            return lines + self._prepare_rounding_lines(stock)
        lines = []
        for component in product.browse(stock.kit):
            lines.append(self._prepare_component_values(component, stock))
            units = stock.components[component.id]
            details = self._prepare_units_lines(component, company, units)
            lines += [{**detail, "is_detail": True} for detail in details]
        return lines

    def _prepare_units_lines(self, product, company, units):
        """What there is of a product, and what is taken off that."""
        names = dict(self._fields["kind"]._description_selection(self.env))
        on_hand = product._plug4market_on_hand(
            company._plug4market_offered_warehouses()
        )
        lines = [
            {
                "kind": "on_hand",
                "name": self.env._("On hand in %s", warehouse.name),
                "quantity": quantity,
                "warehouse_id": warehouse.id,
            }
            for warehouse, quantity in on_hand.items()
        ] or [{"kind": "on_hand", "name": names["on_hand"], "quantity": units.on_hand}]
        lines += [
            {"kind": kind, "name": names[kind], "quantity": 0 - quantity}
            for kind, quantity in units.taken.items()
            if quantity or kind != "expired"
        ]
        return [{**line, "product_id": product.id} for line in lines]

    def _prepare_rounding_lines(self, stock):
        """What makes whole units of those that are free, and none of less than none."""
        difference = round(stock.offered - stock.free, 6)
        if not difference:
            return []
        name = self.env._("Only whole units are offered, never less than none")
        return [{"kind": "rounding", "name": name, "quantity": difference}]

    def _prepare_component_values(self, component, stock):
        """How many units of a kit one of its components allows."""
        name = self.env._(
            "Kits that %(component)s allows, %(units)s each",
            component=component.display_name,
            units=f"{stock.kit[component.id]:g}",
        )
        is_scarcest = component.id in stock.scarcest
        return {
            "kind": "component",
            "name": self.env._("%s: the scarcest", name) if is_scarcest else name,
            "quantity": offered_units(stock.allowed[component.id]),
            "product_id": component.id,
            "is_scarcest": is_scarcest,
        }

    @api.model
    def _prepare_result_values(self, offered):
        names = dict(self._fields["kind"]._description_selection(self.env))
        return {"kind": "result", "name": names["result"], "quantity": offered}

    # -- opening --------------------------------------------------------------

    def action_open_counted(self):
        """Open the records that this number counts, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        if not self.may_open:
            return False
        if self.kind == "buffer":
            return self.env["ir.actions.act_window"]._for_xml_id(SETTINGS)
        model = OPENED[self.kind]
        action = {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
        }
        if self.kind == "component":
            return {**action, "res_id": self.product_id.id, "view_mode": "form"}
        records = self._find_records()
        return {
            **action,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }

    def _find_records(self):
        company = self.explanation_id.company_id.sudo()
        warehouses = self.warehouse_id or company._plug4market_offered_warehouses()
        return self.product_id._plug4market_stock_records(
            company, self.kind, warehouses
        )
