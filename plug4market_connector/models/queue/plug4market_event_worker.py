from functools import partial
from itertools import chain
from operator import methodcaller

from odoo import api, fields, models
from odoo.tools import SQL

from ...hub import (
    IMPORTED_STATUSES,
    ORDER_STATUSES,
    STATUS_AFTER,
    STATUS_RANK,
    AnswerTooLarge,
    RejectedByHub,
    UnexpectedAnswer,
)
from ...lease import REST_SECONDS
from ...transaction import apart, fall_out_in_new_transaction, own_transaction
from ..store.plug4market_budget import SILENT_CALLS
from .plug4market_order_event import CRON
from .plug4market_order_event_claim import ORDERS_AT_ONCE

# The job rests so long in one go, and for no call that is not free within a minute.
SHORTEST_REST = 0.5
LONGEST_REST = 1.5
A_MINUTE = 62

# The hub may have done its work all the same: before, or without our reading of it.
DOUBTFUL = (RejectedByHub, AnswerTooLarge)


class Plug4marketEventWorker(models.AbstractModel):
    """Works the queue of order events.

    Every row goes through three steps that never overlap: claimed (a short transaction
    that puts it under the worker's lease), called (HTTP, no transaction), settled (a
    transaction that writes the effect and the outcome together). Killed anywhere, the
    lease runs out and the row is worked again; working it twice has the effect of once.
    """

    _name = "plug4market.event.worker"
    _inherit = ["plug4market.store.calls"]
    _description = "Plug4Market Event Worker"

    @api.model
    def _run(self, *, limit=ORDERS_AT_ONCE, only=None):
        """Work up to ``limit`` orders of every store; return how many rows it were."""
        with self._at_work():
            events = self.env["plug4market.order.event"]._claim(limit=limit, only=only)
            notices = events.filtered(lambda event: event.kind == "notice")
            self._work_notices(notices)
            self._work_calls(events - notices)
            return len(events)

    @api.model
    def _rest(self):
        """Seconds until a call is free for an order that waits; None when none does.

        The job stays for it: nothing wakes one in time that has ended.
        """
        ((due,),) = self.env.execute_query(
            SQL(
                """
                SELECT min(extract(epoch FROM event.next_attempt_at - %(now)s))
                  FROM (%(stores)s) store
                  JOIN plug4market_order_event event
                    ON event.company_id = store.company_id
                 WHERE event.state = 'pending' AND coalesce(event.attempts, 0) = 0
                   AND event.lease_id IS NULL
                """,
                stores=self.env["plug4market.budget"]._select_stores(),
                now=fields.Datetime.now(),
            )
        )
        if due is None or due > A_MINUTE:
            return None
        return min(max(float(due), SHORTEST_REST), LONGEST_REST)

    @api.model
    def _call_rows(self, calls, lane, settle):
        """Make one call for each (rows, call), and settle what came of them.

        What was answered is written while other calls are under way.

        :param settle: ``settle(company, [(rows, outcome)])``
        """
        wanted = {}
        for rows, call in calls:
            wanted.setdefault(rows.company_id, []).append((rows, call))

        def take(company, outcomes):
            part = [(wanted[company][n][0], one) for n, one in outcomes.items()]
            self._apart(company, partial(settle, company, part))

        left = self._call_stores(
            {
                company: [call for _rows, call in made]
                for company, made in wanted.items()
            },
            dict.fromkeys(wanted, lane),
            patience=SILENT_CALLS,
            take=take,
        )
        for company, outcomes in left.items():
            rest = {number: one for number, one in enumerate(outcomes) if one}
            if rest:
                take(company, rest)

    # -- from the hub to Odoo -------------------------------------------------

    @api.model
    def _work_notices(self, notices):
        """Read each announced order once and write what it says."""
        orders = notices.grouped(lambda event: (event.company_id, event.order_uid))
        calls = [
            (events, methodcaller("get_order", events[-1].order_uid_raw or uid))
            for (_company, uid), events in orders.items()
        ]
        self._call_rows(calls, "orders", self._settle_read)

    @api.model
    def _apart(self, company, work):
        """Do one store's part of a round; what was claimed comes again if it fails."""
        return apart(company, work, cron=CRON, again_in=2 * REST_SECONDS)

    @api.model
    def _settle_read(self, company, read):
        """Write what the orders that were read of a store say, or why they were not."""
        good = []
        for events, outcome in read:
            if outcome.error:
                self._fail(events, outcome.error, made=outcome.made)
            elif outcome.answer.uid_key != events[0].order_uid:
                self._fail(events, UnexpectedAnswer("it is another order"))
            else:
                good.append((events, outcome.answer))
        for part in self._set_refused_apart(company, good):
            self._settle_batch(company, self._settle_notices, part)

    @api.model
    def _set_refused_apart(self, company, read):
        """Split what was read: orders that Odoo refused before go last, on their own.

        They would most likely fail the batch of the others again.
        """
        uids = [hub_order.uid_key for _events, hub_order in read]
        refused = self.env["plug4market.order.event"]._refused_before(company, uids)
        return (
            [(events, order) for events, order in read if order.uid_key not in refused],
            [(events, order) for events, order in read if order.uid_key in refused],
        )

    @api.model
    def _settle_notices(self, env, company, read):
        """Write what the orders of a store say; return the rows of what cannot be.

        :param read: the rows and the HubOrder of each order
        """
        company = company.with_env(env)
        wanted = self._ignore_unpaid(env, company, read)
        importer = env["plug4market.order.import"]
        orders, refused = importer._import_orders(company, [o for _rows, o in wanted])
        for events, hub_order in wanted:
            if order := orders.get(hub_order.uid_key):
                events.with_env(env)._settle(
                    "done",
                    order._plug4market_summary(),
                    order_id=order.id,
                    hub_status=hub_order.status,
                )
        return [
            (events, refused[hub_order.uid_key])
            for events, hub_order in wanted
            if hub_order.uid_key in refused
        ]

    @api.model
    def _ignore_unpaid(self, env, company, read):
        """Settle news of orders that Odoo need not have yet; return the others."""
        uids = [hub_order.uid_key for _events, hub_order in read]
        known = env["sale.order"]._plug4market_find(company, uids)
        known = set(known.mapped("plug4market_order_uid"))
        wanted = []
        for events, hub_order in read:
            if hub_order.uid_key in known or hub_order.status in IMPORTED_STATUSES:
                wanted.append((events, hub_order))
                continue
            if hub_order.status == "CANCELED":
                message = env._("Cancelled before it was imported.")
            elif hub_order.status in dict(ORDER_STATUSES):
                message = env._(
                    "The order is not paid yet; it is imported once it is approved."
                )
            else:
                message = env._(
                    "Plug4Market gives the order the status “%(status)s”, which the "
                    "connector does not know. It is kept here and imported once it is "
                    "approved.",
                    status=hub_order.status,
                )
            events.with_env(env)._settle(
                "ignored", message, hub_status=hub_order.status
            )
        return wanted

    # -- settling -------------------------------------------------------------

    @api.model
    def _settle_batch(self, company, settle, done):
        """Call ``settle(env, company, done)``; what it cannot write falls out.

        It returns the rows that fell out by themselves, with their errors. Rows that
        another worker has taken over are that one's.
        """

        def settle_ours(env, part):
            ours = [(rows, x) for rows, x in part if rows.with_env(env)._ours()]
            return ours and settle(env, company, ours) or []

        refused, failed = fall_out_in_new_transaction(
            self._speaking_to(company).env,
            done,
            settle_ours,
        )
        alone = ((events, error) for ((events, _answer),), error in failed)
        for events, error in chain(*refused, alone):
            self._fail(events, error, refused_by_odoo=True)

    @api.model
    @own_transaction
    def _settle(self, events, state, message):
        events._ours()._settle(state, message)

    @api.model
    def _fail(self, events, error, **how):
        """Keep what went wrong on the rows, in the language of who reads it."""
        events.with_env(self._speaking_to(events.company_id).env)._fail(error, **how)

    # -- from Odoo to the hub -------------------------------------------------

    @api.model
    def _work_calls(self, events):
        """Tell the hub what happened in Odoo."""
        calls = []
        for event in events:
            call = self._speaking_to(event.company_id)._prepare_call(event)
            if call:
                calls.append((event, call))
        doubtful = {}
        self._call_rows(calls, "click", partial(self._settle_made, doubtful))
        self._look_what_holds(doubtful)

    @api.model
    def _settle_made(self, doubtful, company, made):
        """Write what came of a store's calls; ``doubtful`` gets what is to be read."""
        done = []
        for event, outcome in made:
            if outcome.error is None and event.kind == "cancel":
                company.sudo()._plug4market_remember_cancel_form(outcome.answer)
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
        self._call_rows(calls, "click", partial(self._settle_look, doubtful))

    @api.model
    def _settle_look(self, doubtful, company, read):
        done = []
        for event, outcome in read:
            refusal = doubtful[event].error
            if outcome.error:
                self._fail(event, outcome.error, made=outcome.made)
            elif refusal and not self._has_effect(event, outcome.answer):
                self._fail(event, refusal)
            else:
                done.append((event, outcome.answer))
        self._settle_batch(company, self._settle_done, done)

    @api.model
    def _has_effect(self, event, hub_order):
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
