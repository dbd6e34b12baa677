import logging
from functools import partial
from operator import methodcaller

from odoo import api, fields, models

from ..const import IMPORTED_STATUSES, LEASE_SECONDS, ORDER_STATUSES, ORDERS_AT_ONCE
from ..hub import (
    BudgetExhausted,
    CredentialsError,
    NotFoundInHub,
    RateLimited,
    RetryPolicy,
    UnexpectedAnswer,
)
from ..transaction import CONFLICTS, apart, fresh_view, in_new_transaction
from .plug4market_order_event import CRON

_logger = logging.getLogger(__name__)


# Lost races, and pages in place of answers, which a hub in maintenance sends.
PASSING = (*CONFLICTS, CredentialsError, UnexpectedAnswer)

# Rows that made no call because of these are claimed again at once: the store's budget
# or its connection knows how long it has to wait.
SOON = (BudgetExhausted, RateLimited, CredentialsError)

# A hub that fails with this many orders of a store in a row is taken for down.
PATIENCE = 3


class Plug4marketEventWorker(models.AbstractModel):
    """Works the queue of order events.

    Every row goes through three steps that never overlap: claimed (a short transaction
    that leases it), called (HTTP, no transaction), settled (a transaction that writes
    the effect and the outcome together). Killed anywhere, the lease runs out and the
    row is worked again; working it twice has the effect of once.
    """

    _name = "plug4market.event.worker"
    _inherit = ["plug4market.store.calls"]
    _description = "Plug4Market Event Worker"

    _retry = RetryPolicy()

    @api.model
    def _run(self, *, limit=ORDERS_AT_ONCE, only=None):
        """Work up to ``limit`` orders of every store; return how many rows it were."""
        events = self.env["plug4market.order.event"]._claim(limit=limit, only=only)
        notices = events.filtered(lambda event: event.kind == "notice")
        self._work_notices(notices)
        self._work_calls(events - notices)
        return len(events)

    @api.model
    def _call_rows(self, calls, lane):
        """Make one call for each (rows, call); yield (company, [(rows, outcome)])."""
        wanted = {}
        for rows, call in calls:
            wanted.setdefault(rows.company_id, []).append((rows, call))
        outcomes = self._call_stores(
            {
                company: [call for _rows, call in made]
                for company, made in wanted.items()
            },
            dict.fromkeys(wanted, lane),
            patience=PATIENCE,
        )
        for company, made in wanted.items():
            rows = [rows for rows, _call in made]
            yield company, list(zip(rows, outcomes[company], strict=True))

    # -- from the hub to Odoo -------------------------------------------------

    @api.model
    def _work_notices(self, notices):
        """Read each announced order once and write what it says."""
        orders = notices.grouped(lambda event: (event.company_id, event.order_uid))
        calls = [
            (events, methodcaller("get_order", events[-1].order_uid_raw or uid))
            for (_company, uid), events in orders.items()
        ]
        for company, read in self._call_rows(calls, "orders"):
            self._apart(company, partial(self._settle_read, company, read))

    @api.model
    def _apart(self, company, work):
        """Do one store's part of a round; what was claimed comes again if it fails."""
        return apart(company, work, cron=CRON, again_in=2 * LEASE_SECONDS)

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
        """Call ``settle(env, company, done)`` in one transaction of its own.

        It returns the rows that fell out, with their errors. When it fails as a whole,
        nobody knows by whose fault: each half is settled for itself.
        """
        if not done:
            return
        worker = self._speaking_to(company)
        try:
            refused = in_new_transaction(
                worker.env, lambda env: settle(env, company, done)
            )
        except Exception as error:  # noqa: BLE001  one bad order stops no other
            if len(done) == 1:
                refused = [(done[0][0], error)]
            else:
                _logger.info("%s orders are settled in two halves", len(done))
                half = len(done) // 2
                self._settle_batch(company, settle, done[:half])
                self._settle_batch(company, settle, done[half:])
                return
        for events, error in refused or ():
            self._fail(events, error, refused_by_odoo=True)

    @api.model
    def _settle(self, events, state, message, **values):
        in_new_transaction(
            self.env,
            lambda env: events.with_env(env)._settle(state, message, **values),
        )

    @api.model
    def _fail(self, events, error, *, made=True, refused_by_odoo=False):
        """Keep what went wrong on the rows, by what has to happen next.

        :param made: False when the store was stopped before the call: no attempt
        :param refused_by_odoo: True when it went wrong while the effect was written
        """
        worker = self._speaking_to(events.company_id)
        message = worker.env["plug4market.connection"]._explain(error)
        if not made or worker._stops_the_store(events.company_id, error):
            # A store without tokens is not claimed again until new ones are pasted.
            delay = getattr(error, "retry_after", None) or (
                1 if isinstance(error, SOON) else self._retry.delay(1)
            )
            self._postpone(events, message, delay, counted=False)
        elif isinstance(error, PASSING) or getattr(error, "retryable", False):
            age = (fields.Datetime.now() - min(events.mapped("create_date"))).days
            if self._retry.gave_up(age * 86400):
                self._settle(events, "failed", message, failure="person")
                return
            delay = self._retry.delay(max(events.mapped("attempts")), error)
            self._postpone(events, message, delay)
        else:
            refused = isinstance(error, NotFoundInHub)
            self._settle(
                events,
                "failed",
                message,
                failure="refused" if refused else "person",
                refused_by_odoo=refused_by_odoo,
            )

    @api.model
    def _stops_the_store(self, company, error):
        """Whether the store can make no call at all now, and not just this one.

        An order may be forbidden although the tokens were just renewed.
        """
        if isinstance(error, CredentialsError):
            with fresh_view(self.env) as env:
                store = env["res.company"].browse(company.id)
                return store._plug4market_connection().state != "connected"
        return isinstance(error, BudgetExhausted)

    @api.model
    def _postpone(self, events, message, delay, *, counted=True):
        in_new_transaction(
            self.env,
            lambda env: events.with_env(env)._try_again(
                message, delay, counted=counted
            ),
        )
