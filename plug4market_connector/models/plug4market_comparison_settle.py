from psycopg2.errors import UniqueViolation

from odoo import api, models

from ..hub import AnswerTooLarge, NotFoundInHub, ProductBody, RejectedByHub
from ..transaction import CONFLICTS, in_new_transaction
from .plug4market_comparison_line import SETTLED_AT_ONCE


class Plug4marketComparisonLine(models.Model):
    """Does what was decided about SKUs, a batch at a time.

    Nothing here waits for the hub: what it shall have is marked for the exporter, and
    SKUs that no product of Odoo stands for are taken off sale by the comparison's job.
    """

    _inherit = "plug4market.comparison.line"

    # -- the queue ------------------------------------------------------------

    @api.model
    def _settle_queued(self):
        """Settle a batch of what waits; return how many lines that were."""
        waiting = self.search(
            [("state", "=", "queued"), ("decision", "!=", "deactivate")],
            limit=SETTLED_AT_ONCE,
        )
        if waiting:
            in_new_transaction(self.env, lambda env: waiting.with_env(env)._settle())
        return len(waiting)

    def _settle(self):
        for (comparison, _decision), lines in self.grouped(
            lambda line: (line.comparison_id, line.decision)
        ).items():
            company = comparison.company_id
            env = comparison._speaking_to(company).env
            lines.with_env(env)._settle_together()

    def _settle_together(self):
        """Settle lines of one decision; halve them until a bad one stands alone."""
        try:
            with self.env.cr.savepoint():
                self._match_again()
                getattr(self, f"_settle_{self[0].decision}")()
        except Exception as error:
            lost_race = isinstance(error, CONFLICTS)
            if lost_race and not isinstance(error, UniqueViolation):
                raise
            if len(self) == 1:
                self._refuse(self.env["plug4market.connection"]._explain(error))
                return
            half = len(self) // 2
            self[:half]._settle_together()
            self[half:]._settle_together()

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
            outcome = self.env["plug4market.connection"]._explain(error)
            values = {"state": "problem", "outcome": outcome}

        def settle(env):
            line = self.with_env(env)
            line.write(values)
            line.comparison_id.write(line.comparison_id._fresh_attempt())

        in_new_transaction(self.env, settle)

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
        said = self._what_odoo_says(rows) if exists else {}
        for line in self:
            row = rows[line.product_id]
            sent_since = row.synced_at and row.synced_at >= line.read_at
            if not (sent_since and row.sent_sku == line.sku):
                row.write(
                    {
                        "sent_sku": exists and line.sku,
                        "sent_body": exists
                        and {
                            name: value
                            for name, value in line.hub_body.items()
                            if name in said[row]
                        },
                        "state": "pending" if row.state == "pending" else "synced",
                        "error": False,
                    }
                )

    def _what_odoo_says(self, rows):
        """The hub's fields that Odoo fills in, by SKU.

        What it does not know is the hub's own: a later call must not empty it.
        """
        skus = self.env["plug4market.sku"].union(*rows.values())
        bodies = skus._in_store(self.company_id)._prepare_bodies()
        return {row: body.known_json().keys() for row, body in bodies.items()}

    def _mark(self):
        """Let the exporter find out what is left to send of these SKUs."""
        if self:
            self.env["plug4market.sku"].union(*self._rows().values())._mark_pending()
            self.env["plug4market.sku.exporter"]._wake()
