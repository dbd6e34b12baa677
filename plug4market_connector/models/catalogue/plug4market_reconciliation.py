import logging
import time
from collections import Counter
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ...transaction import apart, fall_out, work_in_cron

_logger = logging.getLogger(__name__)

CRON = "plug4market_connector.ir_cron_plug4market_reconcile"
# SKUs that are computed at once: well under a second's work.
SLICE = 200
# Seconds that a run may take of its thread; the next one goes on where it ended.
RUN_SECONDS = 10
# A round begins so long after the one before ended.
REST = timedelta(hours=20)
# What a person reads about: the first ones stand for all.
NAMED = 5

# The lane that a difference travels on, by what differs; the most urgent first.
LANES = {"stock": "stock", "sale": "stock", "price": "price", "content": "content"}


class Plug4marketReconciliation(models.Model):
    """Whether what each store was sent is still what Odoo would send, SKU by SKU.

    Every change is marked where it happens (``plug4market.sku.change``). This looks at
    all SKUs that are on the hub once a day, whatever was marked, and marks what
    differs: each difference of a daily round is a change that no mark was made for.
    It makes no call, and gives way to orders.
    """

    _name = "plug4market.reconciliation"
    _description = "Plug4Market Reconciliation"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    position = fields.Integer(default=0, help="The last SKU of this round so far.")
    running = fields.Boolean(default=False)
    expected = fields.Boolean(
        default=False,
        help="Something is known to have been missed: differences are no surprise.",
    )
    found = fields.Json(help="Differences of this round so far, by what differs.")
    named = fields.Json(help="The SKUs of some of them.")
    ended_at = fields.Datetime("Compared on")
    last_found = fields.Json(help="Differences of the last whole round.")
    last_named = fields.Json()
    last_expected = fields.Boolean()

    _company_uniq = models.UniqueIndex("(company_id)")

    # -- when -----------------------------------------------------------------

    @api.model
    def _row_of(self, company):
        """The row of ``company``, made when it is missing."""
        row = self.sudo().search([("company_id", "=", company.id)], limit=1)
        return row or self.sudo().create({"company_id": company.id})

    @api.model
    def _restart(self, company):
        """Compare all SKUs of ``company`` from the beginning, as soon as possible.

        For whoever knows that changes went by unseen: the store was switched off, has
        other tokens, or its database was moved.
        """
        self._row_of(company).write(
            {
                "position": 0,
                "running": True,
                "expected": True,
                "found": False,
                "named": False,
            }
        )
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _cron_reconcile(self):
        """Compare for a few seconds; the next run goes on there."""
        until = time.monotonic() + RUN_SECONDS

        def work():
            reconciliation = self.sudo()
            reconciliation._begin_rounds()
            return time.monotonic() < until and reconciliation._reconcile_slice()

        work_in_cron(self.env, work, cron=CRON)

    @api.model
    def _begin_rounds(self):
        """Begin a round for each store that rested long enough."""
        companies = self.env["res.company"].search([("plug4market_active", "=", True)])
        rested = fields.Datetime.now() - REST
        for company in companies:
            row = self._row_of(company)
            if not row.running and (not row.ended_at or row.ended_at <= rested):
                row.write({"running": True, "position": 0, "expected": False})

    # -- comparing ------------------------------------------------------------

    @api.model
    def _reconcile_slice(self):
        """Compare the next SKUs of a store; return how many these were."""
        row = self.search(
            [
                ("running", "=", True),
                ("company_id.plug4market_active", "=", True),
            ],
            order="expected DESC, write_date, id",
            limit=1,
        )
        if not row or self.env["plug4market.budget"]._orders_wait():
            return 0
        skus = row._next_skus()
        if not skus:
            row._end_round()
            return 1
        # What cannot be computed at all stops neither this round nor other stores.
        found = apart(row.company_id, partial(row._mark_differences, skus), cron=CRON)
        row._note(found or {}, skus)
        self.env.flush_all()
        self.env.invalidate_all()
        return len(skus)

    def _next_skus(self):
        """SKUs that are on the hub and wait for nothing: those are sent as they are."""
        return self.env["plug4market.sku"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("sent_sku", "!=", False),
                ("id", ">", self.position),
            ],
            order="id",
            limit=SLICE,
        )

    def _mark_differences(self, skus):
        """Mark those of ``skus`` that differ; return what differs of each."""
        settled = skus.filtered(lambda sku: sku.state != "pending") - self._marked(skus)
        settled = settled._in_store(self.company_id)
        compared, failed = fall_out(
            self.env, settled, lambda part: part._find_differences()
        )
        found = {sku: what for part in compared for sku, what in part.items()}
        # Planning says why it cannot be computed, once.
        broken = [sku for sku, _error in failed if sku.state != "error"]
        found |= dict.fromkeys(broken, "content")
        for sku, what in found.items():
            self.env["plug4market.sku.change"]._mark(sku.product_id, LANES[what])
        return found

    def _marked(self, skus):
        """Those of ``skus`` whose change is marked, and not merged yet."""
        marks = self.env["plug4market.sku.change"].search_fetch(
            [("product_id", "in", skus.product_id.ids)], ["product_id"]
        )
        return skus.filtered(lambda sku: sku.product_id in marks.product_id)

    def _note(self, found, skus):
        """Keep what was found, and how far this round is."""
        counts = Counter(self.found or {}) + Counter(found.values())
        named = [[sku.sent_sku, what] for sku, what in found.items()]
        if named:
            _logger.log(
                logging.INFO if self.expected else logging.WARNING,
                "%s: changed without a mark: %s",
                self.company_id.name,
                ", ".join(f"{sku} ({what})" for sku, what in named),
            )
        self.write(
            {
                "position": skus[-1].id,
                "found": dict(counts) or False,
                "named": [*(self.named or []), *named][:NAMED] or False,
            }
        )

    def _end_round(self):
        self.write(
            {
                "running": False,
                "position": 0,
                "ended_at": fields.Datetime.now(),
                "last_found": self.found,
                "last_named": self.named,
                "last_expected": self.expected,
                "found": False,
                "named": False,
                "expected": False,
            }
        )

    # -- what a person sees of it ---------------------------------------------

    def _explain_found(self):
        """What the last whole round found, in a sentence; empty before the first."""
        if not self.ended_at:
            return ""
        if not self.last_found:
            return self.env._("All products are on Plug4Market as they are here.")
        words = {
            "stock": self.env._("stock"),
            "sale": self.env._("on sale or not"),
            "price": self.env._("price"),
            "content": self.env._("content"),
        }
        values = {
            "count": sum(self.last_found.values()),
            "what": ", ".join(
                f"{words[what]} {count}" for what, count in self.last_found.items()
            ),
            "products": ", ".join(
                f"{sku} ({words[what]})" for sku, what in self.last_named
            ),
        }
        if self.last_expected:
            return self.env._(
                "Caught up with what changed meanwhile: %(count)s products (%(what)s).",
                **values,
            )
        return self.env._(
            "Put right by itself: %(count)s products (%(what)s), such as %(products)s. "
            "Something changes them without Odoo noticing: tell who looks after your "
            "Odoo.",
            **values,
        )
