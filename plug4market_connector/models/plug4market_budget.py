from odoo import api, fields, models
from odoo.tools import SQL

from ..const import BUDGET_WINDOW_SECONDS, CATALOGUE_LANES, RESERVED_CALLS
from ..hub import CALLS_PER_MINUTE, BudgetExhausted
from ..transaction import in_new_transaction


class Plug4marketBudget(models.Model):
    """The calls a store made in the last minute, shared by every Odoo process.

    The hub allows 100 calls in a minute per store ("API notes" 9.2). The moments of the
    last calls stand in one array in one row, so that asking for a call is one
    statement, and two processes that ask at once conflict instead of both winning.
    """

    _name = "plug4market.budget"
    _description = "Plug4Market Call Budget"
    _rec_name = "company_id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")

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
    def _acquire(self, company, lane):
        """Take one call of the store's minute, or say when there will be one.

        :raise BudgetExhausted: ``retry_after`` seconds until a call is free
        """
        limit = self._limit(lane)
        wait = in_new_transaction(
            self.env, lambda env: env[self._name]._take(company.id, limit)
        )
        if wait:
            raise BudgetExhausted(
                "the call budget of this minute is used up", retry_after=wait
            )

    @api.model
    def _take(self, company_id, limit):
        """Write one call into the window; return the seconds to wait if it is full."""
        now = SQL("clock_timestamp() AT TIME ZONE 'UTC'")
        window = SQL("%s * interval '1 second'", BUDGET_WINDOW_SECONDS)
        recent = SQL(
            "ARRAY(SELECT c FROM unnest(calls) c WHERE c > %s - %s ORDER BY c)",
            now,
            window,
        )
        # Two processes that ask at once conflict: that is no error worth a log line.
        self.env.cr.execute(
            SQL(
                "UPDATE plug4market_budget SET calls = %(recent)s || %(now)s "
                "WHERE company_id = %(company)s "
                "AND cardinality(%(recent)s) < %(limit)s RETURNING id",
                recent=recent,
                now=now,
                company=company_id,
                limit=limit,
            ),
            log_exceptions=False,
        )
        if self.env.cr.fetchone():
            return 0.0
        ((wait,),) = self.env.execute_query(
            SQL(
                "SELECT extract(epoch FROM r[cardinality(r) - %s + 1] + %s - %s) "
                "FROM (SELECT %s AS r FROM plug4market_budget WHERE company_id = %s) w",
                limit,
                window,
                now,
                recent,
                company_id,
            )
        ) or ((1.0,),)
        return max(float(wait or 0.0), 0.1)
