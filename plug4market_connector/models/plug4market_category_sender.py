from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CATEGORIES_AT_ONCE, LEASE_SECONDS
from ..hub import CredentialsError
from ..transaction import apart, fresh_view, in_new_transaction
from .plug4market_sku_exporter import CRON

# A category that was claimed comes again when its lease has run out.
AGAIN = 2 * LEASE_SECONDS


class Plug4marketCategory(models.Model):
    """Brings categories to the hub: parents first, one call at a time."""

    _inherit = "plug4market.category"

    @api.model
    def _sendable(self, company):
        """What may be sent now: it is due, and its parent is on the hub."""
        parent = "category_id.parent_id"
        on_hub = [("company_id", "=", company.id), ("synced_at", "!=", False)]
        return Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "pending"),
                ("next_attempt_at", "<=", fields.Datetime.now()),
                "|",
                (parent, "=", False),
                (f"{parent}.plug4market_category_ids", "any", on_hub),
            ]
        )

    @api.model
    def _send_due(self):
        """Send some of what waits, of every store that can be called."""
        stores = self.env["plug4market.budget"]._select_stores()
        due = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT category.company_id
                  FROM plug4market_category category
                  JOIN (%(stores)s) store ON store.company_id = category.company_id
                 WHERE category.state = 'pending'
                   AND category.next_attempt_at <= %(now)s
                """,
                stores=stores,
                now=fields.Datetime.now(),
            )
        )
        companies = self.env["res.company"].browse([row[0] for row in due])
        sent = [
            apart(company, partial(self._send, company), cron=CRON, again_in=AGAIN)
            for company in companies
        ]
        return sum(filter(None, sent))

    @api.model
    def _send(self, company, categories=None):
        """Send a handful of a store's categories; return how many got there.

        :param categories: only these and their parents; all that wait by default
        """
        try:
            client = company._plug4market_client("content")
        except CredentialsError:
            return 0
        sent = 0
        for _turn in range(CATEGORIES_AT_ONCE):
            row_id = in_new_transaction(
                self.env,
                lambda env: env[self._name]._claim(company, categories),
            )
            if not row_id:
                break
            values = self._work(company, row_id, client)
            if values["state"] == "pending":
                break
            sent += values["state"] == "synced"
        return sent

    @api.model
    def _work(self, company, row_id, client):
        """Make one category's calls and write what came of them; return that."""
        lang = self.env.context.get("lang") or company._plug4market_lang()
        with fresh_view(self.with_context(lang=lang).env) as env:
            values = env[self._name].browse(row_id)._bring_to_hub(client)
        in_new_transaction(
            self.with_context(lang=lang).env,
            lambda env: env[self._name].browse(row_id)._settle_alone(values),
        )
        return values

    @api.model
    def _send_for(self, company, categories):
        """Send what the hub lacks of ``categories`` before the products that need it.

        :return: the categories that the next round finds on the hub, or goes on with
        """
        on_hub = Domain("company_id", "=", company.id) & Domain(
            "synced_at", "!=", False
        )
        known = self.search(on_hub & Domain("category_id", "in", categories.ids))
        missing = categories - known.category_id
        if not missing:
            return missing
        in_new_transaction(
            self.env,
            lambda env: env[self._name]._ensure(company, missing.with_env(env)).ids,
        )
        if not self._send(company, missing):
            return missing.browse()
        with fresh_view(self.env) as env:
            rows = env[self._name]
            sent = rows.search(on_hub & Domain("category_id", "in", missing.ids))
            waiting = rows.search(self._sendable(company)).category_id
            below = waiting.search([("id", "child_of", waiting.ids)])
            coming = {*sent.category_id.ids, *below.ids}
        return missing.filtered(lambda category: category.id in coming)

    @api.model
    def _claim(self, company, categories):
        """Lease one category that may be sent now; return its id."""
        domain = self._sendable(company)
        if categories is not None:
            domain &= Domain("category_id", "parent_of", categories.ids)
        row = self.search(domain, limit=1, order="id").try_lock_for_update()
        row.next_attempt_at = fields.Datetime.now() + timedelta(seconds=LEASE_SECONDS)
        return row.id


class Plug4marketSkuExporter(models.AbstractModel):
    """A store's categories go before the products that need them."""

    _inherit = "plug4market.sku.exporter"

    @api.model
    def _run(self, *, only=None, lane="content"):
        worked = super()._run(only=only, lane=lane)
        if only:
            return worked
        # After the SKUs, of which some are sold out; in a view that sees all of them.
        with fresh_view(self.env) as env:
            return worked + env["plug4market.category"].sudo()._send_due()

    @api.model
    def _plan(self, company, rows):
        """Hold new products back for a round while their categories are being sent.

        Nothing is sent before stock that reached zero.
        """
        planned = super()._plan(company, rows)
        if any(row.priority == 1 for row, _step in planned):
            return planned
        new = {row.id for row, step in planned if step.kind == "create"}
        needing = rows.filtered(lambda row: row.sent_sku or row.id in new)
        coming = (
            self.env["plug4market.category"]
            .sudo()
            ._send_for(company, needing.product_id.categ_id)
        )
        held = {
            row.id
            for row, step in planned
            if step.kind == "create" and row.product_id.categ_id in coming
        }
        self._settle([(row, {}) for row, _step in planned if row.id in held])
        return [(row, step) for row, step in planned if row.id not in held]
