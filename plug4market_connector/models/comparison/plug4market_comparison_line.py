from odoo import api, fields, models

DECISIONS = [
    ("odoo", "Odoo wins"),
    ("hub", "Plug4Market wins"),
    ("link", "Link"),
    ("deactivate", "Deactivate on Plug4Market"),
]
# Clicks are answered at once for this many SKUs; the job settles the others.
SETTLED_AT_ONCE = 100


class Plug4marketComparisonLine(models.Model):
    """One SKU: what the hub has, what Odoo would send, and who was said to win.

    Both sides are kept as they were when the page was read, so that lists filter and
    group them; a decision looks again at what Odoo has by then.
    """

    _name = "plug4market.comparison.line"
    _description = "Plug4Market Comparison Line"
    _rec_name = "sku"
    _order = "sku, id"

    comparison_id = fields.Many2one(
        "plug4market.comparison", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    sku = fields.Char("SKU", required=True)
    product_id = fields.Many2one(
        "product.product", ondelete="cascade", index="btree_not_null"
    )
    ambiguous = fields.Boolean(help="Several products in Odoo have this SKU.")
    remark = fields.Char()
    kind = fields.Selection(
        [
            ("missing_here", "Missing in Odoo"),
            ("missing_there", "Missing on Plug4Market"),
            ("different", "Different"),
            ("same", "Same"),
        ],
        "Difference",
        required=True,
    )
    other_name = fields.Boolean()
    other_price = fields.Boolean()
    other_stock = fields.Boolean()
    other_active = fields.Boolean("On sale on one side only")
    other_group_code = fields.Boolean()
    other_ean = fields.Boolean("Other EAN")

    hub_name = fields.Char("Name on Plug4Market")
    hub_price = fields.Float(
        "Price on Plug4Market", digits="Product Price", aggregator=None
    )
    hub_stock = fields.Integer("Stock on Plug4Market")
    hub_active = fields.Boolean("On sale on Plug4Market")
    hub_group_code = fields.Char("Group on Plug4Market")
    hub_ean = fields.Char("EAN on Plug4Market")
    hub_body = fields.Json()
    read_at = fields.Datetime("Read on")
    odoo_name = fields.Char("Name in Odoo")
    odoo_price = fields.Float("Price in Odoo", digits="Product Price", aggregator=None)
    odoo_stock = fields.Integer("Stock in Odoo")
    odoo_active = fields.Boolean("On sale in Odoo")
    odoo_group_code = fields.Char("Group in Odoo")
    odoo_ean = fields.Char("EAN in Odoo")

    decision = fields.Selection(DECISIONS)
    state = fields.Selection(
        [
            ("open", "To decide"),
            ("queued", "Being settled"),
            ("settled", "Settled"),
            ("problem", "Needs a person"),
        ],
        "Status",
        default="open",
        required=True,
    )
    outcome = fields.Char("What came of it")

    _comparison_sku_uniq = models.UniqueIndex("(comparison_id, sku)")
    _queued_idx = models.Index("(comparison_id) WHERE state = 'queued'")
    _company_product_idx = models.Index(
        "(company_id, product_id) WHERE product_id IS NOT NULL"
    )

    # -- what differs ---------------------------------------------------------

    @api.model
    def _prepare_sides(self, hub=None, offer=None):
        """Both sides of a SKU side by side; each a ``ProductBody``, or None."""
        hub_side = self._prepare_side("hub", hub) if hub else {}
        odoo_side = self._prepare_side("odoo", offer) if offer else {}
        if hub and offer:
            differences = self._prepare_differences(hub, offer)
        else:
            differences = {"kind": "missing_there" if offer else "missing_here"}
        return {**hub_side, **odoo_side, **differences}

    @api.model
    def _prepare_side(self, side, body):
        known = body.known_json()
        return {
            f"{side}_name": body.name or body.product_name,
            f"{side}_price": known.get("price", 0.0),
            f"{side}_stock": known.get("stock", 0),
            f"{side}_active": body.active is not False,
            f"{side}_group_code": body.product_id,
            f"{side}_ean": body.ean,
            **({"hub_body": known} if side == "hub" else {}),
        }

    @api.model
    def _prepare_differences(self, hub, offer):
        """What differs; what the hub's list does not show is not known to differ."""
        has, wanted = hub.known_json(), offer.known_json()

        def differs(name):
            return name in has and has[name] != wanted.get(name)

        on_sale = hub.active is not False or offer.active
        real = {
            "other_name": bool(hub.name) and hub.name != offer.name.strip(),
            "other_price": differs("price"),
            "other_stock": on_sale and differs("stock"),
            "other_active": differs("active"),
        }
        return {
            **real,
            "other_group_code": differs("productId"),
            "other_ean": differs("ean"),
            "kind": "different" if any(real.values()) else "same",
        }

    # -- decisions ------------------------------------------------------------

    def action_odoo_wins(self):
        """Let what Odoo has be sent to the hub by the queue."""
        return self._decide("odoo")

    def action_hub_wins(self):
        """Take over name and price, and make the products that Odoo lacks."""
        return self._decide("hub")

    def action_link(self):
        """Note that the hub has what Odoo has: later changes are sent alone."""
        return self._decide("link")

    def action_deactivate(self):
        """Take SKUs off sale on the hub that Odoo does not know."""
        return self._decide("deactivate")

    def _decide(self, decision):
        """Settle a few SKUs now, many in the background, and say what came of them."""
        self.env["plug4market.marketplace.mixin"]._plug4market_check_role()
        self.check_access("read")
        lines = self.sudo()
        lines.write({"decision": decision, "state": "queued", "outcome": False})
        if decision == "deactivate" or len(lines) <= SETTLED_AT_ONCE:
            lines._settle()
        if any(line.state == "queued" for line in lines):
            self.env["plug4market.comparison"]._wake()
        return lines._show_outcome()

    def _show_outcome(self):
        """A notification that counts the outcomes and quotes the first problems."""
        by_state = self.grouped("state")
        settled = len(by_state.get("settled", []))
        queued = len(by_state.get("queued", []))
        problems = by_state.get("problem", self.browse())
        lines = []
        if settled:
            lines.append(self.env._("%s SKUs are settled.", settled))
        if queued:
            lines.append(
                self.env._(
                    "%s SKUs are settled in the background; each line says what came "
                    "of it.",
                    queued,
                )
            )
        if problems:
            lines.append(self.env._("%s SKUs need a person:", len(problems)))
        remarked = problems | by_state.get("settled", self.browse()).filtered("outcome")
        lines += [f"{line.sku}: {line.outcome}" for line in remarked[:5]]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problems else "info" if queued else "success",
                "title": self.env._("Compare with Plug4Market"),
                "message": "\n".join(lines),
                "sticky": bool(remarked),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
