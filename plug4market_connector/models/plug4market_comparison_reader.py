from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..hub import (
    MAX_PAGES,
    BudgetExhausted,
    CredentialsError,
    RateLimited,
    RetryPolicy,
    UnexpectedAnswer,
    read_product,
)
from ..transaction import CONFLICTS, apart, in_new_transaction, work_in_cron
from .plug4market_comparison import CRON

# Lost races, and pages in place of answers, which a hub in maintenance sends.
PASSING = (*CONFLICTS, CredentialsError, UnexpectedAnswer)


class Plug4marketComparison(models.Model):
    """Reads the store's catalogue page by page, and looks for what is not in it.

    A job of its own does it: a page takes as long as the hub needs for a hundred
    products, and the exporter's job must not wait for that with sold-out stock. A step
    is one page; its lines and how far it is are written together, so that whoever is
    killed goes on with the next page.
    """

    _inherit = "plug4market.comparison"

    _retry = RetryPolicy()

    @api.model
    def _cron_compare(self):
        """Settle what was decided and read on, as long as this minute's calls last."""
        work_in_cron(self.env, self._run, cron=CRON)

    @api.model
    def _run(self):
        """Do one short step for every store; return how many were done."""
        self.env.invalidate_all()
        settled = self.env["plug4market.comparison.line"].sudo()._settle_queued()
        due = self.sudo().browse(self._due_ids())
        for comparison in due:
            company = comparison.company_id
            apart(company, comparison._speaking_to(company)._step, cron=CRON)
        return settled + len(due)

    @api.model
    def _due_ids(self):
        """The comparisons that have something to do, of stores that may make a call."""
        budget = self.env["plug4market.budget"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT comparison.id
                  FROM plug4market_comparison comparison
                  JOIN (%(stores)s) store
                    ON store.company_id = comparison.company_id
                   AND store.free_calls > %(reserved)s
                 WHERE comparison.next_attempt_at <= %(now)s
                   AND (comparison.state IN ('waiting', 'running')
                        OR EXISTS (SELECT 1 FROM plug4market_comparison_line line
                                    WHERE line.comparison_id = comparison.id
                                      AND line.state = 'queued'
                                      AND line.decision = 'deactivate'))
                 ORDER BY comparison.id
                """,
                stores=budget._select_stores(),
                reserved=budget._limit("orders") - budget._limit("content"),
                now=fields.Datetime.now(),
            )
        )
        return [row[0] for row in rows]

    def _speaking_to(self, company):
        """These records as the exporter sees them: this company, and its language."""
        lang = self.env.context.get("lang") or company._plug4market_lang()
        return self.with_company(company).with_context(
            lang=lang, allowed_company_ids=company.ids
        )

    # -- one step -------------------------------------------------------------

    def _step(self):
        """Do the next thing for this store, and keep what went wrong with it."""
        try:
            calls = self._find_queued([("decision", "=", "deactivate")])
            if calls:
                calls._take_off_sale()
            elif self.state == "waiting":
                self._in_own_transaction("_begin")
            elif not self.all_read:
                self._read_page()
            else:
                self._in_own_transaction("_list_missing_there")
        except Exception as error:  # noqa: BLE001  one store stops no other
            self._fail(error)

    def _find_queued(self, domain):
        """A line that waits to be settled."""
        return self.env["plug4market.comparison.line"].search(
            [("comparison_id", "=", self.id), ("state", "=", "queued"), *domain],
            limit=1,
        )

    def _in_own_transaction(self, method, *arguments):
        in_new_transaction(
            self.env, lambda env: getattr(self.with_env(env), method)(*arguments)
        )

    def _begin(self):
        """Forget what the last comparison found, once all of it is settled."""
        if self._find_queued([]):
            return
        self.env.execute_query(
            SQL(
                "DELETE FROM plug4market_comparison_line WHERE comparison_id = %s "
                "RETURNING id",
                self.id,
            )
        )
        self.env.invalidate_all()
        self.write({"state": "running", **self._fresh_attempt()})

    def _read_page(self):
        """Ask the hub for the next page; nothing is locked while it answers."""
        number = self.page + 1
        asked_at = fields.Datetime.now()
        client = self.company_id._plug4market_client("content")
        page = client.list_products(page=number)
        self._in_own_transaction("_save_page", number, page, asked_at)

    def _save_page(self, number, page, asked_at):
        """Write the lines of a page, and whether there is another one to read.

        A page without a SKU that is new ends it: some hub repeats its last page for
        ever ("API notes" 13 #20).
        """
        listed = [read_product(product) for product in page.products]
        without_sku = self.without_sku + sum(not body.sku for body in listed)
        known = {"", *self._known_skus(listed)}
        found = {body.sku: body for body in listed if body.sku not in known}
        self._list_found(found, asked_at)
        read = self.skus_read + len(found)
        self.write(
            {
                "page": number,
                "pages": page.total_pages or number,
                "skus_read": read,
                "without_sku": without_sku,
                "all_read": not (found and page.has_next) or number >= MAX_PAGES,
                "incomplete": not found and read + without_sku < page.total_items,
                **self._fresh_attempt(),
            }
        )

    def _known_skus(self, bodies):
        skus = [body.sku for body in bodies]
        lines = self.env["plug4market.comparison.line"].search_fetch(
            [("comparison_id", "=", self.id), ("sku", "in", skus)], ["sku"]
        )
        return lines.mapped("sku")

    # -- failures -------------------------------------------------------------

    def _fail(self, error):
        """Keep what went wrong: it goes on by itself, or a person presses Retry."""
        if isinstance(error, RateLimited):
            budget = self.env["plug4market.budget"]
            budget._hold(self.company_id, error.retry_after)
        values = self._failure_values(error)
        self._in_own_transaction("write", values)

    def _failure_values(self, error):
        now = fields.Datetime.now()
        if isinstance(error, BudgetExhausted):
            # No call was made, and that is no trouble: the next minute has new ones.
            return {"next_attempt_at": now + timedelta(seconds=error.retry_after or 1)}
        problem = self.env["plug4market.connection"]._explain(error)
        passing = isinstance(error, PASSING) or getattr(error, "retryable", False)
        since = self.failing_since or now
        if not passing or self._retry.gave_up((now - since).total_seconds()):
            return {"state": "failed", "problem": problem, "ended_at": now}
        delay = self._retry.delay(self.attempts + 1, error)
        return {
            "problem": problem,
            "attempts": self.attempts + 1,
            "failing_since": since,
            "next_attempt_at": now + timedelta(seconds=delay),
        }
