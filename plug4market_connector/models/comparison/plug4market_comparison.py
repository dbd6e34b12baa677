from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...hub import (
    MAX_PAGES,
    BudgetExhausted,
    RateLimited,
    read_product,
)
from ...messages import explain
from ...transaction import apart, own_transaction, work_in_cron

CRON = "plug4market_connector.ir_cron_plug4market_compare"
COUNTED_FLAGS = {
    "count_price": "other_price",
    "count_stock": "other_stock",
    "count_name": "other_name",
}


class Plug4marketComparison(models.Model):
    """What a company's store on the hub has, beside what Odoo would send.

    A company has one, which is made anew whenever somebody asks for it. What it found
    is in its lines, one a SKU.
    """

    _name = "plug4market.comparison"
    _inherit = ["plug4market.patient.mixin"]
    _description = "Plug4Market Comparison"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    state = fields.Selection(
        [
            ("new", "Not compared yet"),
            ("waiting", "Waiting"),
            ("running", "Comparing"),
            ("done", "Compared"),
            ("failed", "Needs a person"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    page = fields.Integer("Pages read", readonly=True)
    pages = fields.Integer("Pages in all", readonly=True)
    all_read = fields.Boolean(readonly=True)
    incomplete = fields.Boolean(
        readonly=True, help="The hub has more than its pages showed."
    )
    skus_read = fields.Integer("SKUs read", readonly=True)
    without_sku = fields.Integer("Products without SKU", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    started_at = fields.Datetime("Started on", readonly=True)
    ended_at = fields.Datetime("Ended on", readonly=True)
    problem = fields.Text(readonly=True)
    line_ids = fields.One2many("plug4market.comparison.line", "comparison_id")

    count_missing_here = fields.Integer("Missing in Odoo", compute="_compute_counts")
    count_missing_there = fields.Integer(
        "Missing on Plug4Market", compute="_compute_counts"
    )
    count_price = fields.Integer("Other price", compute="_compute_counts")
    count_stock = fields.Integer("Other stock", compute="_compute_counts")
    count_name = fields.Integer("Other name", compute="_compute_counts")
    count_same = fields.Integer("Same", compute="_compute_counts")
    count_to_decide = fields.Integer("To decide", compute="_compute_counts")
    count_queued = fields.Integer("Being settled", compute="_compute_counts")

    _company_uniq = models.UniqueIndex("(company_id)")

    # -- computes -------------------------------------------------------------

    @api.depends("all_read", "page", "pages", "state")
    def _compute_progress(self):
        for comparison in self:
            done = comparison.state == "done" or comparison.all_read
            pages = comparison.pages or comparison.page + 1
            comparison.progress = 100 if done else 100 * comparison.page / pages

    @api.depends("line_ids.kind", "line_ids.state")
    def _compute_counts(self):
        names = ["comparison_id", "kind", "state", *COUNTED_FLAGS.values()]
        groups = self.env["plug4market.comparison.line"]._read_group(
            [("comparison_id", "in", self.ids)], names, ["__count"]
        )
        for comparison in self:
            counts = Counter()
            for *values, count in groups:
                group = dict(zip(names, values, strict=True))
                if group.pop("comparison_id") == comparison:
                    counts.update(dict.fromkeys(group.items(), count))
            comparison.count_missing_here = counts["kind", "missing_here"]
            comparison.count_missing_there = counts["kind", "missing_there"]
            comparison.count_same = counts["kind", "same"]
            comparison.count_queued = counts["state", "queued"]
            comparison.count_to_decide = (
                counts["state", "open"] + counts["state", "problem"]
            )
            for name, flag in COUNTED_FLAGS.items():
                comparison[name] = counts[flag, True]

    # -- people ---------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the comparison of the current company."""
        self.env["res.users"]._plug4market_check_role()
        company = self.env.company
        comparison = self.search([("company_id", "=", company.id)], limit=1)
        if not comparison:
            comparison = self.sudo().create({"company_id": company.id})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.plug4market_comparison_action"
        )
        return {**action, "res_id": comparison.id}

    def action_compare(self):
        """Compare from the beginning, in the background."""
        self._check_ready()
        self.sudo().write(
            {
                "state": "waiting",
                "page": 0,
                "pages": 0,
                "all_read": False,
                "incomplete": False,
                "skus_read": 0,
                "without_sku": 0,
                "started_at": fields.Datetime.now(),
                "ended_at": False,
                "problem": False,
                **self._prepare_fresh_values(),
            }
        )
        self._wake()

    def action_retry(self):
        """Go on after a failure, where it stopped."""
        self._check_ready()
        started = "running" if self.page or self.all_read else "waiting"
        self.sudo().write(
            {"state": started, "problem": False, **self._prepare_fresh_values()}
        )
        self._wake()

    def _check_ready(self):
        """Only people with the role may ask, and only a store that is switched on."""
        self.ensure_one()
        self.env["res.users"]._plug4market_check_role()
        self.check_access("read")
        if self.state in ("waiting", "running"):
            raise UserError(self.env._("The comparison is being made already."))
        company = self.company_id.sudo()
        if not company.plug4market_active:
            raise UserError(
                self.env._(
                    "Plug4Market is not enabled for %s. Ask an administrator to enable "
                    "it on the company's Integration tab.",
                    company.name,
                )
            )

    def action_refresh(self):
        """Show how far it is now."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_lines(self):
        """Open the lines; the button says in the context which ones."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.plug4market_comparison_line_action"
        )
        wanted = self.env.context.get("plug4market_filter")
        action["domain"] = [("comparison_id", "=", self.id)]
        action["context"] = {f"search_default_{wanted}": 1} if wanted else {}
        return action

    # -- state ----------------------------------------------------------------

    @api.model
    def _wake(self):
        self.env.ref(CRON).sudo()._trigger()

    # -- reading the hub's products -------------------------------------------
    # Reads the store's catalogue page by page, and looks for what is not in it.
    #
    # A job of its own does it: a page takes as long as the hub needs for a hundred
    # products, and the exporter's job must not wait for that with sold-out stock. A
    # step is one page; its lines and how far it is are written together, so that
    # whoever is killed goes on with the next page.

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
                self._begin()
            elif not self.all_read:
                self._read_page()
            else:
                self._list_missing_there()
        except Exception as error:  # noqa: BLE001  one store stops no other
            self._fail(error)

    def _find_queued(self, domain):
        """A line that waits to be settled."""
        return self.env["plug4market.comparison.line"].search(
            [("comparison_id", "=", self.id), ("state", "=", "queued"), *domain],
            limit=1,
        )

    @own_transaction
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
        self.write(
            {"state": "running", "problem": False, **self._prepare_fresh_values()}
        )

    def _read_page(self):
        """Ask the hub for the next page; nothing is locked while it answers."""
        number = self.page + 1
        asked_at = fields.Datetime.now()
        client = self.company_id._plug4market_client("content")
        page = client.list_products(page=number)
        self._save_page(number, page, asked_at)

    @own_transaction
    def _save_page(self, number, page, asked_at):
        """Write the lines of a page, and whether there is another one to read.

        A page without a SKU that is new ends it: some hub repeats its last page for
        ever (docs/hub-api.md 13 #20).
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
                "problem": False,
                **self._prepare_fresh_values(),
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
        self._keep_failure(error, made=not isinstance(error, BudgetExhausted))

    @own_transaction
    def _keep_failure(self, error, *, made):
        verdict = self._judge(error, made=made)
        values = {"problem": explain(self.env, error, again=verdict.again)}
        if not verdict.again:
            values.update(state="failed", ended_at=fields.Datetime.now())
        elif made:
            values.update(self._prepare_failed_values(verdict))
        else:
            # That is no trouble: the next minute has new calls.
            values = self._prepare_failed_values(verdict, made=False)
        self.write(values)
