from functools import partial
from operator import methodcaller

from odoo import api, models

from ..const import STATUS_AFTER
from ..hub import STATUS_RANK, AnswerTooLarge, RejectedByHub

# The hub may have done its work all the same: before, or without our reading of it.
DOUBTFUL = (RejectedByHub, AnswerTooLarge)


class Plug4marketEventWorker(models.AbstractModel):
    """Tells the hub what happened in Odoo."""

    _inherit = "plug4market.event.worker"

    @api.model
    def _work_calls(self, events):
        """Tell the hub what happened in Odoo."""
        calls = []
        for event in events:
            call = self._speaking_to(event.company_id)._prepare_call(event)
            if call:
                calls.append((event, call))
        doubtful = {}
        for company, made in self._call_rows(calls, "click"):
            self._apart(company, partial(self._settle_made, company, made, doubtful))
        self._look_what_holds(doubtful)

    @api.model
    def _settle_made(self, company, made, doubtful):
        """Write what came of a store's calls; ``doubtful`` gets what is to be read."""
        done = []
        for event, outcome in made:
            if outcome.error is None and event.kind != "cancel":
                done.append((event, None))
            elif outcome.error is None or isinstance(outcome.error, DOUBTFUL):
                doubtful[event] = outcome
            else:
                self._fail(event, outcome.error, made=outcome.made)
        self._settle_batch(company, self._settle_done, done)

    @api.model
    def _prepare_call(self, event):
        """The call for a row; None when there is nothing to be called."""
        if not event.order_id:
            # Deleted in Odoo before the hub knew its number: the poll brings it back.
            self._settle(event, "ignored", self.env._("The order was deleted in Odoo."))
            return None
        try:
            method, arguments = event.with_env(self.env).sudo()._prepare_call()
            return methodcaller(method, event.order_uid_raw, **arguments)
        except Exception as error:  # noqa: BLE001  the row keeps what happened
            self._fail(event, error)
            return None

    @api.model
    def _look_what_holds(self, doubtful):
        """Read the orders that were cancelled, and those whose call failed in doubt.

        A cancellation is only final when the hub says so. What was refused may be done:
        an answer can be lost after the hub did the work, or be too large to be read.
        """
        calls = [(e, methodcaller("get_order", e.order_uid_raw)) for e in doubtful]
        for company, read in self._call_rows(calls, "click"):
            self._apart(company, partial(self._settle_look, company, read, doubtful))

    @api.model
    def _settle_look(self, company, read, doubtful):
        done = []
        for event, outcome in read:
            refusal = doubtful[event].error
            if outcome.error:
                self._fail(event, outcome.error, made=outcome.made)
            elif refusal and not self._holds(event, outcome.answer):
                self._fail(event, refusal)
            else:
                done.append((event, outcome.answer))
        self._settle_batch(company, self._settle_done, done)

    @api.model
    def _holds(self, event, hub_order):
        """Whether the hub's order shows the effect that ``event`` was to have."""
        if event.kind == "confirm":
            return hub_order.order_id_store == event.order_id.name
        target, status = STATUS_AFTER[event.kind], hub_order.status
        if "CANCELED" in (target, status):
            return target == status
        return STATUS_RANK.get(status, -1) >= STATUS_RANK[target]

    @api.model
    def _settle_done(self, env, company, done):
        """Write the effects of calls that the hub accepted, and their outcomes."""
        for event, hub_order in done:
            event = event.with_env(env)
            order = event.order_id.with_company(company.id)
            if hub_order and event.kind == "cancel":
                order._plug4market_apply(hub_order)
            elif order:
                order._plug4market_call_done(event)
            event._settle("done", event._outcome_message(hub_order))
