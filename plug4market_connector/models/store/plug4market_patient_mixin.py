from datetime import timedelta

from odoo import api, fields, models

from ...hub import (
    SILENCE,
    BudgetExhausted,
    CredentialsError,
    RateLimited,
    RetryPolicy,
)
from ...transaction import CONFLICTS, fresh_view

# What works rows; they look again when a store goes on.
JOBS = ("process_events", "fetch_labels", "export_products", "compare")


class Plug4marketPatientMixin(models.AbstractModel):
    """Rows whose work is tried again, by the one policy in hub/retry.py.

    Patience is a row's own. It counts from the first failure in a row, and does not run
    while the whole store is stopped: without tokens, in a minute that is used up, or
    before a hub that answers nothing.
    """

    _name = "plug4market.patient.mixin"
    _description = "Plug4Market Work That Is Tried Again"

    attempts = fields.Integer("Failed attempts", readonly=True, copy=False)
    failing_since = fields.Datetime("Failing since", readonly=True, copy=False)
    failed_at = fields.Datetime("Last failure", readonly=True, copy=False)
    next_attempt_at = fields.Datetime(
        "Next attempt", default=fields.Datetime.now, readonly=True, copy=False
    )

    _policy = RetryPolicy(passing=CONFLICTS)

    @api.model
    def _prepare_no_failure_values(self):
        """The values of a row whose last work went well."""
        return {"attempts": 0, "failing_since": False, "failed_at": False}

    @api.model
    def _prepare_fresh_values(self):
        """The values of a row that nothing holds up."""
        return {
            **self._prepare_no_failure_values(),
            "next_attempt_at": fields.Datetime.now(),
        }

    def _judge(self, error, *, made=True):
        """What happens next to these rows of one company, whose work failed: a Verdict.

        :param made: False when the store was stopped before the call
        """
        now = fields.Datetime.now()
        since = min(filter(None, self.mapped("failing_since")), default=now)
        return self._policy.verdict(
            error,
            attempts=max(self.mapped("attempts"), default=0),
            seconds=(now - since).total_seconds(),
            stopped=not made or self._is_store_stopped(error),
        )

    def _is_store_stopped(self, error):
        """Whether the store can make no call at all now, and not just these rows'.

        An order may be forbidden although the tokens were just renewed, and the hub may
        fail with one product alone: it has answered since these rows failed before.
        """
        if isinstance(error, (BudgetExhausted, RateLimited)):
            return True
        if not isinstance(error, (CredentialsError, *SILENCE)):
            return False
        # What was heard of the hub may be younger than this transaction.
        with fresh_view(self.sudo().env) as env:
            store = env["res.company"].browse(self.company_id.id)
            if isinstance(error, CredentialsError):
                return store._plug4market_connection().state != "connected"
            budget = env["plug4market.budget"]._of_store(store)
            failed = max(filter(None, self.mapped("failed_at")), default=None)
            answered_since = failed and failed < (budget.silent_since or failed)
            return budget._is_silent() and not answered_since

    def _prepare_failed_values(self, verdict, *, made=True):
        """The values of a row after a failure: its count, and when it is due again."""
        now = fields.Datetime.now()
        values = {"next_attempt_at": now + timedelta(seconds=verdict.delay)}
        if made:
            values["failed_at"] = now
        if verdict.counted:
            values["attempts"] = self.attempts + 1
            values["failing_since"] = self.failing_since or now
        return values

    @api.model
    def _resume(self, company, *, anew=False):
        """Let all that waits for ``company``'s store go on now: it can make calls.

        :param anew: it was stopped for long: the patience of all rows begins again
        """
        now = fields.Datetime.now()
        for name in self._inherit_children:
            rows = self.env[name].sudo()
            own = [("company_id", "=", company.id)]
            if anew:
                rows.search([*own, ("attempts", ">", 0)]).write(
                    self._prepare_no_failure_values()
                )
            # What fails by itself keeps the pause it has earned.
            due = [*own, ("attempts", "=", 0), ("next_attempt_at", ">", now)]
            rows.search(due).write({"next_attempt_at": now})
        for job in JOBS:
            cron = self.env.ref(f"plug4market_connector.ir_cron_plug4market_{job}")
            cron.sudo()._trigger()
