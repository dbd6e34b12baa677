import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...hub import CALLS_PER_MINUTE, BudgetExhausted
from ...transaction import in_new_transaction

# A window a little over a minute: calls take unequal time to reach the hub.
BUDGET_WINDOW_SECONDS = 61

# What of a product changed, the most urgent first: a sold-out product loses money.
LANES = ("sold_out", "stock", "price", "content")

# Calls of the 100 that catalogue lanes leave to clicks, orders and sold-out stock.
RESERVED_CALLS = 5
CATALOGUE_LANES = {"stock", "price", "content"}

NOW = SQL("clock_timestamp() AT TIME ZONE 'UTC'")
WINDOW = SQL("%s * interval '1 second'", BUDGET_WINDOW_SECONDS)
RECENT = SQL("ARRAY(SELECT c FROM unnest(calls) c WHERE c > %s - %s)", NOW, WINDOW)

# Where the hub refuses a call and does not say how long (docs/hub-api.md 13 #40).
HOLD_SECONDS = (5, 15)


class Plug4marketBudget(models.Model):
    """The calls a store made in the last minute, shared by every Odoo process.

    The hub allows 100 calls in a minute per store (docs/hub-api.md 9.2). The moments of
    the last calls stand in one array in one row, so that asking for calls is one
    statement, and two processes that ask at once conflict instead of both winning.
    """

    _name = "plug4market.budget"
    _description = "Plug4Market Call Budget"
    _rec_name = "company_id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    hold_until = fields.Datetime(
        "Waits until", help="The hub refused a call and asked for a pause."
    )

    calls_made = fields.Integer(
        "Calls in the last minute", compute="_compute_calls", compute_sudo=True
    )
    calls_left = fields.Integer(
        "Calls left this minute", compute="_compute_calls", compute_sudo=True
    )
    waiting_orders = fields.Integer(
        "Order events", compute="_compute_waiting", compute_sudo=True
    )
    waiting_sold_out = fields.Integer(
        "Sold out", compute="_compute_waiting", compute_sudo=True
    )
    waiting_stock = fields.Integer(
        "Stock", compute="_compute_waiting", compute_sudo=True
    )
    waiting_price = fields.Integer(
        "Prices", compute="_compute_waiting", compute_sudo=True
    )
    waiting_content = fields.Integer(
        "Content", compute="_compute_waiting", compute_sudo=True
    )
    problems = fields.Integer(
        "SKUs with a problem", compute="_compute_waiting", compute_sudo=True
    )
    listing_problems = fields.Integer(
        "Announcements with a problem", compute="_compute_waiting", compute_sudo=True
    )
    expected_end = fields.Datetime(
        "Expected to be done",
        compute="_compute_expected_end",
        help="When the last waiting SKU is sent, at the store's calls per minute.",
    )

    _company_uniq = models.UniqueIndex("(company_id)")

    def init(self):
        self.env.cr.execute(
            SQL(
                "ALTER TABLE plug4market_budget "
                "ADD COLUMN IF NOT EXISTS calls timestamp[] NOT NULL DEFAULT '{}'"
            )
        )

    @api.model
    def _limit(self, lane):
        """The calls a minute that ``lane`` may fill the window up to."""
        parameter = "plug4market_connector.calls_per_minute"
        value = self.env["ir.config_parameter"].sudo().get_param(parameter)
        limit = int(value) if value and value.isdigit() else CALLS_PER_MINUTE
        return limit - RESERVED_CALLS if lane in CATALOGUE_LANES else limit

    @api.model
    def _select_stores(self):
        """The stores that may make calls now, and how many in this minute."""
        return SQL(
            """
            SELECT budget.company_id,
                   greatest(0, %(limit)s - cardinality(%(recent)s)) AS free_calls
              FROM plug4market_budget budget
              JOIN plug4market_connection connection
                ON connection.company_id = budget.company_id
               AND connection.state = 'connected'
              JOIN res_company company
                ON company.id = budget.company_id AND company.plug4market_active
             WHERE coalesce(budget.hold_until <= %(now)s, TRUE)
            """,
            limit=self._limit("orders"),
            recent=RECENT,
            now=NOW,
        )

    @api.model
    def _acquire(self, company, lane):
        """Take one call of the store's minute, or say when there will be one.

        :raise BudgetExhausted: ``retry_after`` seconds until a call is free
        """
        booked, wait, _stamp = self._book(company, lane, 1)
        if not booked:
            raise BudgetExhausted(
                "the call budget of this minute is used up", retry_after=wait
            )

    @api.model
    def _book(self, company, lane, wanted):
        """Take up to ``wanted`` calls of the store's minute, in a short transaction.

        Return how many were taken, the seconds until the next one is free, and the
        moment they stand under, for ``_date_calls``.
        """
        limit = self._limit(lane)
        return in_new_transaction(
            self.env, lambda env: env[self._name]._take(company.id, limit, wanted)
        )

    @api.model
    def _take(self, company_id, limit, wanted):
        # Two processes that ask at once conflict: that is no error worth a log line.
        self.env.cr.execute(
            SQL(
                """
                WITH store AS (
                    SELECT id, %(recent)s AS recent, %(now)s AS stamp,
                           coalesce(hold_until > %(now)s, FALSE) AS held
                      FROM plug4market_budget WHERE company_id = %(company)s
                ), share AS (
                    SELECT id, recent, stamp,
                           CASE WHEN held THEN 0 ELSE least(
                               %(wanted)s, greatest(0, %(limit)s - cardinality(recent))
                           ) END AS taken
                      FROM store
                )
                UPDATE plug4market_budget budget
                   SET calls = share.recent || array_fill(stamp, ARRAY[share.taken])
                  FROM share
                 WHERE share.id = budget.id
             RETURNING share.taken, share.stamp
                """,
                recent=RECENT,
                now=NOW,
                company=company_id,
                limit=limit,
                wanted=wanted,
            ),
            log_exceptions=False,
        )
        taken, stamp = self.env.cr.fetchone() or (0, None)
        wait = 0.0 if taken == wanted else self._wait(company_id, limit)
        return taken, wait, stamp

    @api.model
    def _wait(self, company_id, limit):
        """Seconds until the store may make a call again; 0.1 at least."""
        ((wait,),) = self.env.execute_query(
            SQL(
                """
                SELECT extract(epoch FROM greatest(hold_until, (
                           SELECT c + %(window)s FROM unnest(calls) c
                            ORDER BY c DESC OFFSET %(limit)s - 1 LIMIT 1)) - %(now)s)
                  FROM plug4market_budget WHERE company_id = %(company)s
                """,
                now=NOW,
                window=WINDOW,
                limit=limit,
                company=company_id,
            )
        ) or ((1.0,),)
        return max(float(wait or 0.0), 0.1)

    @api.model
    def _date_calls(self, company, stamp, ages):
        """Let the calls that were booked under ``stamp`` count from when they ended.

        A batch is booked at once and made one call after another: without this the
        hub would still count calls that the window has forgotten. Booked calls that
        were not made are given back.

        :param ages: for each call that was made, the seconds since its end
        """

        def date(env):
            env.cr.execute(
                SQL(
                    """
                    UPDATE plug4market_budget
                       SET calls = ARRAY(
                               SELECT c FROM unnest(calls) c WHERE c <> %(stamp)s
                                UNION ALL
                               SELECT %(now)s - age * interval '1 second'
                                 FROM unnest(%(ages)s::float[]) age)
                     WHERE company_id = %(company)s
                    """,
                    stamp=stamp,
                    now=NOW,
                    ages=list(ages),
                    company=company.id,
                ),
                log_exceptions=False,
            )

        in_new_transaction(self.env, date)

    @api.model
    def _hold(self, company, seconds=None):
        """Let the store make no call for a while, because the hub asked for that."""
        seconds = seconds or random.uniform(*HOLD_SECONDS)

        def hold(env):
            env.cr.execute(
                SQL(
                    "UPDATE plug4market_budget SET hold_until = greatest(hold_until, "
                    "%s + %s * interval '1 second') WHERE company_id = %s",
                    NOW,
                    seconds,
                    company.id,
                ),
                log_exceptions=False,
            )

        in_new_transaction(self.env, hold)

    # -- what a person sees of it ---------------------------------------------
    # What a person sees of a store's calls: what is left, what waits, until when.

    def _compute_calls(self):
        made = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, cardinality(%s) FROM plug4market_budget WHERE id IN %s",
                    RECENT,
                    tuple(self.ids) or (0,),
                )
            )
        )
        limit = self._limit("orders")
        for budget in self:
            budget.calls_made = made.get(budget.id, 0)
            budget.calls_left = max(0, limit - budget.calls_made)

    def _compute_waiting(self):
        companies = self.company_id.ids
        skus = {
            (company.id, state, priority): count
            for company, state, priority, count in self.env[
                "plug4market.sku"
            ]._read_group(
                [
                    ("company_id", "in", companies),
                    ("state", "in", ["pending", "error"]),
                ],
                ["company_id", "state", "priority"],
                ["__count"],
            )
        }
        events = dict(
            self.env["plug4market.order.event"]._read_group(
                [("company_id", "in", companies), ("state", "=", "pending")],
                ["company_id"],
                ["__count"],
            )
        )
        listings = dict(
            self.env["plug4market.announcement"]
            .with_context(active_test=False)
            ._read_group(
                [("company_id", "in", companies), ("state", "=", "error")],
                ["company_id"],
                ["__count"],
            )
        )
        for budget in self:
            company = budget.company_id
            budget.listing_problems = listings.get(company, 0)
            budget.waiting_orders = events.get(company, 0)
            for priority, lane in enumerate(LANES, start=1):
                waiting = skus.get((company.id, "pending", priority), 0)
                budget[f"waiting_{lane}"] = waiting
            budget.problems = sum(
                count
                for (owner, state, _priority), count in skus.items()
                if owner == company.id and state == "error"
            )

    @api.depends(*(f"waiting_{lane}" for lane in LANES))
    def _compute_expected_end(self):
        a_minute = max(1, self._limit("orders") - RESERVED_CALLS)
        now = fields.Datetime.now()
        for budget in self:
            waiting = sum(budget[f"waiting_{lane}"] for lane in LANES)
            start = max(now, budget.hold_until or now)
            budget.expected_end = waiting and start + timedelta(
                minutes=waiting / a_minute
            )

    def action_open_waiting(self):
        """Show the products that wait to be sent, or have a problem."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.product_product_action_plug4market"
        )
        shown = "error" if self.env.context.get("problems") else "pending"
        return {**action, "context": {f"search_default_{shown}": 1}}

    def action_open_listing_problems(self):
        """Show the store's announcements with a problem."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.plug4market_announcement_action"
        )
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id)],
            "context": {"active_test": False, "search_default_error": 1},
        }
