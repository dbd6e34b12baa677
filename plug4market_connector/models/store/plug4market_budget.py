import logging
import random
from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.tools import SQL

from ...hub import (
    CALLS_PER_MINUTE,
    SILENCE,
    BudgetExhausted,
    CredentialsError,
    RetryPolicy,
)
from ...transaction import CONFLICTS, NOW, own_transaction

_logger = logging.getLogger(__name__)

# A window a little over a minute: calls take unequal time to reach the hub.
BUDGET_WINDOW_SECONDS = 61

# What of a product changed, the most urgent first: a sold-out product loses money.
LANES = ("sold_out", "stock", "price", "content")

# Calls of the 100 that catalogue lanes leave to clicks, orders and sold-out stock.
RESERVED_CALLS = 5
CATALOGUE_LANES = {"stock", "price", "content"}
# It leaves more to orders that wait: each needs to be read, and confirmed.
CALLS_OF_AN_ORDER = 2
MOST_KEPT = 60

WINDOW = SQL("%s * interval '1 second'", BUDGET_WINDOW_SECONDS)
RECENT = SQL("ARRAY(SELECT c FROM unnest(calls) c WHERE c > %s - %s)", NOW, WINDOW)

# Calls of a store that may be under way at once; a parameter says otherwise.
CALLS_AT_ONCE = 6
ALL_AT_ONCE = 1000
# The catalogue aims a little higher than its minute: answers take unequal time.
PACE = 1.25

# Of the minute of ``budget``, what orders that wait will need: not those that failed by
# themselves, which come again in their own time.
KEPT = SQL(
    """(
    SELECT least(%s, %s * count(*))::integer FROM (
        SELECT FROM plug4market_order_event waiting
         WHERE waiting.company_id = budget.company_id AND waiting.state = 'pending'
           AND coalesce(waiting.attempts, 0) = 0
           AND waiting.next_attempt_at < %s + %s
         LIMIT %s) needing)""",
    MOST_KEPT,
    CALLS_OF_AN_ORDER,
    NOW,
    WINDOW,
    MOST_KEPT,
)

# Where the hub refuses a call and does not say how long (docs/hub-api.md 13 #40).
HOLD_SECONDS = (5, 15)

# Calls in a row without an answer after which the hub is taken for away.
SILENT_CALLS = 3
# How often it is asked then: one call, by whichever job looks first.
PROBES = RetryPolicy(base=15, cap=300)
# After this long somebody is told.
TOLD_AFTER = timedelta(hours=1)

# They say nothing of whether the hub works: no call was made, or the door was shut.
NOTHING_HEARD = (BudgetExhausted, CredentialsError)


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
    silent_calls = fields.Integer(
        "Unanswered calls",
        default=0,
        help="Calls since the hub's last answer, none of them answered.",
    )
    silent_since = fields.Datetime("No answer since")
    probe_at = fields.Datetime(
        "Asked again at", help="The hub does not answer: until then nobody asks it."
    )
    silence_told = fields.Boolean(
        "Person told", help="Somebody knows that the hub does not answer."
    )
    answer_seconds = fields.Float(
        "Answer time", readonly=True, help="Seconds the hub took to answer of late."
    )
    calls_at_once = fields.Integer(
        "Calls at once",
        readonly=True,
        help="How many the hub gets at once at most: fewer after it asked for a pause "
        "or failed, then slowly more again. 0: as many as the setting allows.",
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
    def _most_at_once(self):
        """How many calls of a store may be under way: a setting, 6 by default."""
        parameter = "plug4market_connector.calls_at_once"
        value = self.env["ir.config_parameter"].sudo().get_param(parameter)
        return max(1, int(value)) if value and value.isdigit() else CALLS_AT_ONCE

    @api.model
    def _calls_under_way(self, company, lane):
        """How many calls of ``lane`` are worth making at once.

        The catalogue needs no more than use up the minute at the hub's answer time.
        """
        self.flush_model(["calls_at_once", "answer_seconds"])
        rows = self.env.execute_query(
            SQL(
                "SELECT calls_at_once, answer_seconds FROM plug4market_budget "
                "WHERE company_id = %s",
                company.id,
            )
        )
        known, seconds = rows[0] if rows else (0, 0.0)
        most = min(known or ALL_AT_ONCE, self._most_at_once())
        if lane not in CATALOGUE_LANES:
            return most
        return min(most, ceil(self._limit(lane) * PACE * (seconds or 0.0) / 60) or 1)

    @api.model
    @own_transaction
    def _learn_pace(self, company, seconds, *, troubled):
        """Note how long the hub's answers took, and whether it had too much to do.

        :param seconds: the mean of the last calls
        :param troubled: it asked for a pause, or failed
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE plug4market_budget
                   SET answer_seconds = coalesce(
                           nullif(answer_seconds, 0) * 0.7 + %(seconds)s * 0.3,
                           %(seconds)s),
                       calls_at_once = CASE WHEN %(troubled)s
                           THEN greatest(1, least(
                               coalesce(nullif(calls_at_once, 0), %(most)s),
                               %(most)s) / 2)
                           ELSE nullif(
                               least(calls_at_once + 1, %(most)s), %(most)s) END
                 WHERE company_id = %(company)s
                """,
                seconds=seconds,
                troubled=troubled,
                most=self._most_at_once(),
                company=company.id,
            ),
            log_exceptions=False,
        )

    @api.model
    def _select_stores(self, *, clicked=False):
        """The stores that may make calls now, and how many in this minute.

        One whose hub does not answer makes one call now and then. ``catalogue_calls``
        and ``sold_out_calls`` are those that orders which wait do not need.

        :param clicked: a person waits, who asks whether the hub answers or not
        """
        return SQL(
            """
            SELECT budget.company_id,
                   greatest(0, least(
                       %(at_once)s, %(limit)s - cardinality(%(recent)s))) AS free_calls,
                   greatest(0, least(
                       %(at_once)s, %(catalogue)s - cardinality(%(recent)s)))
                   AS catalogue_calls,
                   greatest(0, least(
                       %(at_once)s, %(sold_out)s - cardinality(%(recent)s)))
                   AS sold_out_calls
              FROM plug4market_budget budget
              JOIN plug4market_connection connection
                ON connection.company_id = budget.company_id
               AND connection.state = 'connected'
              JOIN res_company company
                ON company.id = budget.company_id AND company.plug4market_active
             WHERE coalesce(budget.hold_until <= %(now)s, TRUE)
               AND %(may_ask)s
            """,
            at_once=self._at_once(self._limit("orders"), clicked=clicked),
            limit=self._limit("orders"),
            catalogue=self._limit_beside_orders("content", clicked=clicked),
            sold_out=self._limit_beside_orders("sold_out", clicked=clicked),
            recent=RECENT,
            now=NOW,
            may_ask=self._may_ask(clicked=clicked),
        )

    @api.model
    def _limit_beside_orders(self, lane, *, clicked=False):
        """The calls a minute of ``budget`` that ``lane`` may fill the window up to.

        Of any lane but those of orders and clicks, that is less what orders need.
        """
        if clicked or lane in ("orders", "click"):
            return SQL("%s", self._limit("click" if clicked else lane))
        return SQL("%s - %s", self._limit(lane), KEPT)

    @api.model
    def _may_ask(self, *, clicked):
        """Whether the hub of ``budget`` is to be asked now: it may answer nothing."""
        if clicked:
            return SQL("TRUE")
        return SQL("coalesce(budget.probe_at <= %s, TRUE)", fields.Datetime.now())

    @api.model
    def _at_once(self, limit, *, clicked):
        """How many calls ``budget`` is worth now, up to ``limit``."""
        if clicked:
            return SQL("%s", limit)
        return SQL(
            "CASE WHEN budget.silent_calls >= %s THEN 1 ELSE %s END",
            SILENT_CALLS,
            limit,
        )

    @api.model
    def _orders_wait(self):
        """Whether an order is due that nobody works on, and may need this thread."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT FROM (%(stores)s) store
                      JOIN plug4market_order_event event
                        ON event.company_id = store.company_id
                     WHERE store.free_calls > 0 AND event.state = 'pending'
                       AND event.next_attempt_at <= %(now)s
                       AND event.lease_id IS NULL
                       AND NOT EXISTS (
                           SELECT FROM plug4market_order_event
                            WHERE state = 'pending' AND lease_id IS NOT NULL)
                     LIMIT 1
                    """,
                    stores=self._select_stores(),
                    now=fields.Datetime.now(),
                )
            )
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
    @own_transaction
    def _book(self, company, lane, wanted):
        """Take up to ``wanted`` calls of the store's minute, in a short transaction.

        Return how many were taken, the seconds until the next one is free, and the
        moment they stand under, for ``_date_calls``.
        """
        # Two processes that ask at once conflict: that is no error worth a log line.
        self.env.cr.execute(
            SQL(
                """
                WITH store AS (
                    SELECT id, %(recent)s AS recent, %(now)s AS stamp,
                           coalesce(hold_until > %(now)s, FALSE) AS held,
                           %(limit)s AS may_be
                      FROM plug4market_budget budget WHERE company_id = %(company)s
                ), share AS (
                    SELECT id, recent, stamp,
                           CASE WHEN held THEN 0 ELSE least(
                               %(wanted)s,
                               greatest(0, may_be - cardinality(recent))
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
                company=company.id,
                limit=self._limit_beside_orders(lane),
                wanted=wanted,
            ),
            log_exceptions=False,
        )
        taken, stamp = self.env.cr.fetchone() or (0, None)
        wait = 0.0 if taken == wanted else self._wait(company.id, self._limit(lane))
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
    @own_transaction
    def _date_calls(self, company, stamp, ages):
        """Let the calls that were booked under ``stamp`` count from when they ended.

        A batch is booked at once and made one call after another: without this the
        hub would still count calls that the window has forgotten. Booked calls that
        were not made are given back.

        :param ages: for each call that was made, the seconds since its end
        """
        self.env.cr.execute(
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

    @api.model
    @own_transaction
    def _hold(self, company, seconds=None):
        """Let the store make no call for a while, because the hub asked for that."""
        seconds = seconds or random.uniform(*HOLD_SECONDS)
        self.env.cr.execute(
            SQL(
                "UPDATE plug4market_budget SET hold_until = greatest(hold_until, "
                "%s + %s * interval '1 second') WHERE company_id = %s",
                NOW,
                seconds,
                company.id,
            ),
            log_exceptions=False,
        )

    # -- a hub that does not answer -------------------------------------------
    # One that is away says nothing about any row: nobody's patience runs, it is asked
    # now and then, and one alert stands for the store. Its answer ends all that.

    @api.model
    def _hear(self, company, errors):
        """Note whether the hub answered the calls of ``company`` that were just made.

        :param errors: of each call its error, None where there was none
        """
        heard = [error for error in errors if not isinstance(error, NOTHING_HEARD)]
        if not heard:
            return
        try:
            self._note_silence(company, [isinstance(e, SILENCE) for e in heard])
        except CONFLICTS as error:
            # Who wins the race has heard of the same hub; the calls' answers are kept.
            _logger.info("company %s: not noted: %s", company.id, error)

    @api.model
    @own_transaction
    def _note_silence(self, company, silent):
        """Count the last calls in a row that were ``silent``, a list of booleans."""
        if not silent[-1]:
            self._end_silence(company)
        elif all(silent):
            self._lengthen_silence(company, len(silent))
        else:
            self._end_silence(company)
            self._lengthen_silence(company, silent[::-1].index(False))

    @api.model
    def _end_silence(self, company):
        """Forget the silence of a hub that has answered; what waited goes on."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE plug4market_budget budget
                   SET silent_calls = 0, silent_since = NULL, probe_at = NULL,
                       silence_told = FALSE
                  FROM plug4market_budget old
                 WHERE budget.company_id = %s AND budget.silent_calls > 0
                   AND old.id = budget.id
             RETURNING old.silent_calls, old.silence_told
                """,
                company.id,
            ),
            log_exceptions=False,
        )
        for calls, told in self.env.cr.fetchall():
            if told:
                company._plug4market_hub_is_back()
            if calls >= SILENT_CALLS:
                self.env["plug4market.patient.mixin"]._resume(company, anew=told)

    @api.model
    def _lengthen_silence(self, company, calls):
        """Note that ``calls`` more were not answered; tell somebody when it lasts."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                UPDATE plug4market_budget
                   SET silent_calls = coalesce(silent_calls, 0) + %(calls)s,
                       silent_since = coalesce(silent_since, %(now)s)
                 WHERE company_id = %(company)s
             RETURNING id, silent_calls, silent_since, silence_told
                """,
                calls=calls,
                now=now,
                company=company.id,
            ),
            log_exceptions=False,
        )
        for budget_id, silent_calls, since, told in self.env.cr.fetchall():
            if silent_calls < SILENT_CALLS:
                continue
            pause = PROBES.delay(silent_calls - SILENT_CALLS + 1)
            due = now + timedelta(seconds=pause)
            late = now - since >= TOLD_AFTER
            self.browse(budget_id).write(
                {"probe_at": due, "silence_told": told or late}
            )
            if late and not told:
                company._plug4market_tell_of_silence(since)

    @api.model
    def _of_store(self, company):
        """The row of ``company``."""
        return self.search([("company_id", "=", company.id)], limit=1)

    def _is_silent(self):
        """Whether the hub is taken for away."""
        return self.silent_calls >= SILENT_CALLS

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
