import random

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import BUDGET_WINDOW_SECONDS, CATALOGUE_LANES, RESERVED_CALLS
from ..hub import CALLS_PER_MINUTE, BudgetExhausted
from ..transaction import in_new_transaction

NOW = SQL("clock_timestamp() AT TIME ZONE 'UTC'")
WINDOW = SQL("%s * interval '1 second'", BUDGET_WINDOW_SECONDS)
RECENT = SQL("ARRAY(SELECT c FROM unnest(calls) c WHERE c > %s - %s)", NOW, WINDOW)

# Where the hub refuses a call and does not say how long ("API notes" 13 #40).
HOLD_SECONDS = (5, 15)


class Plug4marketBudget(models.Model):
    """The calls a store made in the last minute, shared by every Odoo process.

    The hub allows 100 calls in a minute per store ("API notes" 9.2). The moments of the
    last calls stand in one array in one row, so that asking for calls is one
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
