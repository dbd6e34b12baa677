from odoo import api, fields, models

from ...hub import (
    AnswerTooLarge,
    FoundProduct,
    NotFoundInHub,
    ProductBody,
    RejectedByHub,
)
from ...messages import explain, notification
from ...transaction import (
    fall_out,
    fall_out_in_new_transaction,
    own_transaction,
)

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
        self.env["res.users"]._plug4market_check_role()
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
        return notification(
            "\n".join(lines),
            kind="warning" if problems else "info" if queued else "success",
            title=self.env._("Compare with Plug4Market"),
            sticky=bool(remarked),
        )

    # -- doing what was decided -----------------------------------------------
    # Does what was decided about SKUs, a batch at a time.
    #
    # Nothing here waits for the hub: what it shall have is marked for the exporter, and
    # SKUs that no product of Odoo stands for are taken off sale by the comparison's
    # job.

    # -- the queue ------------------------------------------------------------

    @api.model
    def _settle_queued(self):
        """Settle a batch of what waits; return how many lines that were."""
        waiting = self.search(
            [("state", "=", "queued"), ("decision", "!=", "deactivate")],
            limit=SETTLED_AT_ONCE,
        )
        for lines in waiting._by_decision():
            _done, failed = fall_out_in_new_transaction(
                lines.env,
                lines,
                lambda env, some: some.with_env(env)._settle_together(),
            )
            for line, error in failed:
                line._keep_refusal(error)
        return len(waiting)

    def _settle(self):
        """Settle these lines within a click; what cannot be done falls out."""
        for lines in self._by_decision():
            _done, failed = fall_out(
                lines.env, lines, lambda some: some._settle_together()
            )
            for line, error in failed:
                line._refuse(explain(line.env, error))

    def _by_decision(self):
        """Those of one company and decision together, in its language."""
        for (comparison, _decision), lines in self.grouped(
            lambda line: (line.comparison_id, line.decision)
        ).items():
            yield lines.with_env(comparison._speaking_to(comparison.company_id).env)

    def _settle_together(self):
        self._match_again()
        {
            "odoo": self._settle_odoo,
            "hub": self._settle_hub,
            "link": self._settle_link,
            "deactivate": self._settle_deactivate,
        }[self[0].decision]()

    @own_transaction
    def _keep_refusal(self, error):
        self._refuse(explain(self.env, error))

    def _refuse(self, sentence):
        """Leave these lines to a person, with what to do."""
        self.write({"state": "problem", "outcome": sentence})
        return self.browse()

    def _done(self, sentence):
        self.write({"state": "settled", "outcome": sentence})

    # -- the decisions --------------------------------------------------------

    def _settle_odoo(self):
        """Mark what Odoo has to be sent, and sell what is not archived."""
        lines = self._of_one_product(
            self.env._(
                "Odoo has no product with this SKU, so there is nothing to send. Let "
                "Plug4Market win to make it, or deactivate it there."
            )
        )
        absent = lines.filtered(lambda line: line.kind == "missing_there")
        absent._know(exists=False)
        lines._sell(lines.product_id)
        present = lines - absent
        present._complete_products()
        present._know()
        lines._mark()
        lines._done(self.env._("What Odoo has is sent to Plug4Market by the queue."))

    def _settle_hub(self):
        """Take over name and price; make the products that Odoo does not have."""
        absent = self.filtered(lambda line: line.kind == "missing_there")
        absent._refuse(
            self.env._(
                "Plug4Market does not have it, so there is nothing to take over. Let "
                "Odoo win to publish it, or stop selling it on marketplaces in Odoo."
            )
        )
        made = (self - absent).filtered(lambda line: not line.product_id)
        made._make_products()
        found = (self - absent - made)._of_one_product("")
        found._sell(found.filtered("hub_active").product_id)
        found._complete_products()
        found._take_group_names()
        (found | made)._take_offer()
        (found | made)._know()
        found._mark()
        found._done(
            self.env._(
                "Name and price are those of Plug4Market. Its stock is never taken "
                "over: Odoo's stock is sent."
            )
        )

    def _settle_link(self):
        """Note that the hub has what Odoo has."""
        lines = self._of_one_product(
            self.env._(
                "Odoo has no product with this SKU. Let Plug4Market win to make it."
            )
        )
        differing = lines.filtered(lambda line: line.kind != "same")
        differing._refuse(
            self.env._("The two sides differ. Choose which of them wins.")
        )
        lines -= differing
        lines._sell(lines.filtered("hub_active").product_id)
        lines._complete_products()
        lines._take_group_names()
        lines._know()
        lines._done(
            self.env._("Linked. From now on only what changes in Odoo is sent.")
        )

    def _settle_deactivate(self):
        """Let those wait for their call that Odoo has no product for."""
        self.filtered("product_id")._refuse(
            self.env._(
                "Odoo has this product. Archive it, or stop selling it on marketplaces "
                "there: that takes it off sale on Plug4Market too."
            )
        )

    def _take_off_sale(self):
        """Make the call that ends the sale of this SKU on the hub."""
        self.ensure_one()
        body = ProductBody(
            product_id=self.hub_group_code or "", stock=0, active=False
        ).known_json()
        values = {"hub_stock": 0, "hub_active": False, "state": "settled"}
        try:
            client = self.company_id._plug4market_client("content")
            client.update_product(self.sku, body)
            values["outcome"] = self.env._("It is off sale on Plug4Market.")
        except NotFoundInHub:
            values["outcome"] = self.env._("Plug4Market does not have it any more.")
        except (RejectedByHub, AnswerTooLarge) as error:
            outcome = explain(self.env, error)
            values = {"state": "problem", "outcome": outcome}
        self._keep_outcome(values)

    @own_transaction
    def _keep_outcome(self, values):
        self.write(values)
        fresh = self.comparison_id._prepare_fresh_values()
        self.comparison_id.write({"problem": False, **fresh})

    def _of_one_product(self, without_product):
        """The lines that stand for one product; the others are left to a person."""
        ambiguous = self.filtered("ambiguous")
        for line in ambiguous:
            line._refuse(line.remark)
        homeless = (self - ambiguous).filtered(lambda line: not line.product_id)
        homeless._refuse(without_product)
        return self - ambiguous - homeless

    def _match_again(self):
        """Find the products that were made since their SKU was compared."""
        lines = self.filtered(lambda line: not line.product_id)
        comparison = lines.comparison_id
        found = comparison._match_products(lines.mapped("sku")) if lines else {}
        for line in lines:
            products = found.get(line.sku)
            if products:
                line.product_id = products[0]
                line.ambiguous = len(products) > 1
                line.remark = comparison._remark(line.sku, products)

    # -- what they are made of ------------------------------------------------

    def _sell(self, products):
        """Sell these products on marketplaces, unless they are archived."""
        templates = products.filtered("active").product_tmpl_id
        off_sale = templates.filtered(lambda template: not template.plug4market_enabled)
        off_sale.with_context(plug4market_known_on_hub=True).plug4market_enabled = True
        # Their other variants are on sale with them, and nobody compares those now.
        others = off_sale.product_variant_ids - self.product_id
        self.env["plug4market.sku.change"]._mark(others, "stock")

    def _rows(self):
        """The ``plug4market.sku`` of each line's product, by the product."""
        rows = self.env["plug4market.sku"]._ensure(self.company_id, self.product_id)
        return {row.product_id: row for row in rows.with_env(self.env)}

    def _know(self, *, exists=True):
        """Note what the hub has of these SKUs, unless something was sent since."""
        rows = self._rows() if self else {}
        bodies = self._what_odoo_says(rows) if exists else {}
        for line in self:
            row = rows[line.product_id]
            sent_since = row.synced_at and row.synced_at >= line.read_at
            if not (sent_since and row.sent_sku == line.sku):
                row.write(
                    {
                        "state": "pending" if row.state == "pending" else "synced",
                        "error": False,
                        "sent_sku": False,
                        "sent_body": False,
                        **(
                            line._prepare_known_values(row, bodies[row])
                            if exists
                            else {}
                        ),
                    }
                )

    def _what_odoo_says(self, rows):
        """What the hub shall have of each of these SKUs."""
        skus = self.env["plug4market.sku"].union(*rows.values())
        return skus._in_store(self.company_id)._prepare_bodies()

    def _prepare_known_values(self, row, body):
        """What the hub is known to have of a SKU from now on.

        What Odoo does not fill in is the hub's own: a later call must not empty it. The
        channels of one that was never sent are the panel's, and are read.
        """
        said = {"salesChannels", *body.known_json()}
        values = {
            "sent_sku": self.sku,
            "sent_body": {k: v for k, v in self.hub_body.items() if k in said},
            "to_read": False,
        }
        if row.sent_sku:
            return values
        found = FoundProduct.from_json(self.hub_body)
        adopt = self.env["plug4market.announcement"]._prepare_adopted_commands
        commands = adopt(row, body, found, others=False)
        return {**values, "announcement_ids": commands}

    def _mark(self):
        """Let the exporter find out what is left to send of these SKUs."""
        if self:
            self.env["plug4market.sku"].union(*self._rows().values())._mark_pending()
            self.env["plug4market.sku.exporter"]._wake()
