import logging

from odoo import api, fields, models

from ..const import IMPORTED_STATUSES, STATUS_AFTER
from ..hub import (
    STATUS_RANK,
    BudgetExhausted,
    CredentialsError,
    NotFoundInHub,
    RateLimited,
    RejectedByHub,
    RetryPolicy,
    UnexpectedAnswer,
)
from ..transaction import CONFLICTS, fresh_view, in_new_transaction

_logger = logging.getLogger(__name__)


# Lost races, and pages in place of answers, which a hub in maintenance sends.
PASSING = (*CONFLICTS, CredentialsError, UnexpectedAnswer)


class Plug4marketEventWorker(models.AbstractModel):
    """Works the queue of order events.

    Every row goes through three steps that never overlap: claimed (a short transaction
    that leases it), called (HTTP, no transaction), settled (a transaction that writes
    the effect and the outcome together). Killed anywhere, the lease runs out and the
    row is worked again; working it twice has the effect of once.
    """

    _name = "plug4market.event.worker"
    _description = "Plug4Market Event Worker"

    _retry = RetryPolicy()

    @api.model
    def _run(self, *, limit=40, only=None):
        """Claim and work up to ``limit`` orders; return how many rows were worked."""
        events = self.env["plug4market.order.event"]._claim(limit=limit, only=only)
        notices = events.filtered(lambda event: event.kind == "notice")
        for company, news in notices.grouped("company_id").items():
            self._speaking_to(company)._work_notices(company, news)
        for event in events - notices:
            self._speaking_to(event.company_id)._work_call(event)
        return len(events)

    @api.model
    def _speaking_to(self, company):
        """This worker in the language of who reads its messages."""
        lang = self.env.context.get("lang") or company._plug4market_lang()
        return self.with_context(lang=lang)

    # -- from the hub to Odoo -------------------------------------------------

    @api.model
    def _work_notices(self, company, notices):
        """Read each announced order once and write what it says."""
        by_order = notices.grouped("order_uid")
        hub_orders = self._read_orders(company, by_order)
        wanted = {
            uid: by_order[uid]
            for uid, hub_order in hub_orders.items()
            if not self._ignore_for_now(company, hub_order, by_order[uid])
        }
        self._apply_orders(company, hub_orders, wanted)

    @api.model
    def _read_orders(self, company, by_order):
        """Read the orders whose rows are given; a failed reading stays on its rows."""
        hub_orders = {}
        waiting = dict(by_order)
        for uid, events in by_order.items():
            del waiting[uid]
            try:
                client = company._plug4market_client("orders")
                hub_orders[uid] = client.get_order(events[-1].order_uid_raw or uid)
            except Exception as error:  # noqa: BLE001  the rows keep what happened
                if self._stops_the_store(company, error):
                    # The others of this store would fare the same.
                    self._fail(events.union(*waiting.values()), error)
                    break
                self._fail(events, error)
        return hub_orders

    @api.model
    def _ignore_for_now(self, company, hub_order, events):
        """Settle news of an order that Odoo does not have and must not create."""
        known = self.env["sale.order"]._plug4market_find(company, [hub_order.uid_key])
        if known or hub_order.status in IMPORTED_STATUSES:
            return False
        if hub_order.status == "CANCELED":
            message = self.env._("Cancelled before it was imported.")
        else:
            message = self.env._(
                "The order is not paid yet; it is imported once it is approved."
            )
        self._settle(events, "ignored", message, hub_status=hub_order.status)
        return True

    @api.model
    def _apply_orders(self, company, hub_orders, wanted):
        """Write a batch of orders at once; if one is bad, one at a time."""
        if not wanted:
            return
        try:
            self._apply_batch(company, hub_orders, wanted)
        except Exception as error:  # noqa: BLE001  one bad order stops no other
            if len(wanted) == 1:
                (events,) = wanted.values()
                self._fail(events, error)
                return
            _logger.info("batch of %s orders is applied one by one", len(wanted))
            for uid, events in wanted.items():
                self._apply_orders(company, hub_orders, {uid: events})

    @api.model
    def _apply_batch(self, company, hub_orders, wanted):
        """Write the orders and settle their rows in one transaction."""
        event_ids = {uid: events.ids for uid, events in wanted.items()}

        def apply(env):
            importer = env["plug4market.order.import"]
            orders = importer._import_orders(
                env["res.company"].browse(company.id),
                [hub_orders[uid] for uid in event_ids],
            )
            for uid, ids in event_ids.items():
                order = orders[uid]
                env["plug4market.order.event"].sudo().browse(ids)._settle(
                    "done",
                    order._plug4market_summary(),
                    order_id=order.id,
                    hub_status=hub_orders[uid].status,
                )

        in_new_transaction(self.env, apply)

    # -- from Odoo to the hub -------------------------------------------------

    @api.model
    def _work_call(self, event):
        """Tell the hub what happened in Odoo."""
        company = event.company_id
        if not event.order_id:
            # Deleted in Odoo before the hub knew its number: the poll brings it back.
            self._settle(event, "ignored", self.env._("The order was deleted in Odoo."))
            return
        try:
            method, arguments = event._prepare_call()
            client = company._plug4market_client("click")
            try:
                getattr(client, method)(event.order_uid_raw, **arguments)
            except RejectedByHub:
                if not self._had_effect_already(client, event):
                    raise
            hub_order = (
                client.get_order(event.order_uid_raw)
                if event.kind == "cancel"
                else None
            )
            self._settle_call(event, hub_order)
        except Exception as error:  # noqa: BLE001  the row keeps what happened
            self._fail(event, error)

    @api.model
    def _had_effect_already(self, client, event):
        """Whether the hub refused ``event`` because it was done before.

        An answer can be lost after the hub did the work; its order says what holds.
        """
        target = STATUS_AFTER.get(event.kind)
        status = client.get_order(event.order_uid_raw).status
        if "CANCELED" in (target, status):
            return target == status
        return bool(target) and STATUS_RANK.get(status, -1) >= STATUS_RANK[target]

    @api.model
    def _settle_call(self, event, hub_order):
        """Write the effect of a call that the hub accepted, and its outcome."""

        def settle(env):
            row = env["plug4market.order.event"].sudo().browse(event.id)
            order = row.order_id.with_company(row.company_id)
            if hub_order:
                order._plug4market_apply(hub_order)
            elif order:
                order._plug4market_call_done(row)
            row._settle("done", row._outcome_message(hub_order))

        in_new_transaction(self.env, settle)

    # -- failures -------------------------------------------------------------

    @api.model
    def _settle(self, events, state, message, **values):
        in_new_transaction(
            self.env,
            lambda env: (
                env["plug4market.order.event"]
                .sudo()
                .browse(events.ids)
                ._settle(state, message, **values)
            ),
        )

    @api.model
    def _fail(self, events, error):
        """Keep what went wrong on the rows, by what has to happen next."""
        message = self.env["plug4market.connection"]._explain(error)
        if isinstance(error, RateLimited):
            budget = self.env["plug4market.budget"]
            budget._hold(events.company_id, error.retry_after)
        if self._stops_the_store(events.company_id, error):
            # No attempt was made. A store without tokens is not claimed again until
            # new ones are pasted.
            delay = error.retry_after or 1
            self._postpone(events, message, delay, counted=False)
        elif isinstance(error, PASSING) or getattr(error, "retryable", False):
            age = (fields.Datetime.now() - min(events.mapped("create_date"))).days
            if age * 86400 >= self._retry.give_up_after:
                self._settle(events, "failed", message, failure="person")
                return
            delay = self._retry.delay(max(events.mapped("attempts")), error)
            self._postpone(events, message, delay)
        else:
            refused = isinstance(error, NotFoundInHub)
            self._settle(
                events, "failed", message, failure="refused" if refused else "person"
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
            lambda env: (
                env["plug4market.order.event"]
                .sudo()
                .browse(events.ids)
                ._try_again(message, delay, counted=counted)
            ),
        )
