from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

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
    attempts = fields.Integer(readonly=True)
    failing_since = fields.Datetime(readonly=True)
    next_attempt_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
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
        self.env["plug4market.marketplace.mixin"]._plug4market_check_role()
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
                **self._fresh_attempt(),
            }
        )
        self._wake()

    def action_retry(self):
        """Go on after a failure, where it stopped."""
        self._check_ready()
        started = "running" if self.page or self.all_read else "waiting"
        self.sudo().write({"state": started, **self._fresh_attempt()})
        self._wake()

    def _check_ready(self):
        """Only people with the role may ask, and only a store that is switched on."""
        self.ensure_one()
        self.env["plug4market.marketplace.mixin"]._plug4market_check_role()
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
    def _fresh_attempt(self):
        """The values of a comparison that nothing holds up."""
        return {
            "problem": False,
            "attempts": 0,
            "failing_since": False,
            "next_attempt_at": fields.Datetime.now(),
        }

    @api.model
    def _wake(self):
        self.env.ref(CRON).sudo()._trigger()
