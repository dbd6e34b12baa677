import re
from datetime import UTC, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..hub import IMPORTED_STATUSES, OrderSearch, Plug4MarketError, TransientError
from ..messages import explain
from ..transaction import DONE_AT_ONCE

# Pages of the hub's list of orders that one search of a person may read.
SEARCH_CALLS = 10

HUB_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
STATUSES = ("APPROVED", "INVOICED", "SHIPPED", "COMPLETED", "CANCELED")


class Plug4marketOrderRecover(models.TransientModel):
    """Asks for orders that are missing in Odoo: one of them, or those of some dates.

    It only queues their reading; the worker imports them as any other news.
    """

    _name = "plug4market.order.recover"
    _description = "Import Marketplace Orders"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain=[("plug4market_active", "=", True)],
    )
    mode = fields.Selection(
        [("order", "One order"), ("dates", "Orders of some dates")],
        "What to import",
        default="order",
        required=True,
    )
    number = fields.Char(
        "Order number",
        help="The order's ID in Plug4Market, or its number on the marketplace.",
    )
    number_is_hub_id = fields.Boolean(compute="_compute_number_is_hub_id")
    date_from = fields.Datetime(
        "Created between", default=lambda self: self._midnight(days=-7)
    )
    date_to = fields.Datetime("and", default=lambda self: self._midnight(days=1))
    approved = fields.Boolean(default=True)
    invoiced = fields.Boolean(default=True)
    shipped = fields.Boolean(default=True)
    completed = fields.Boolean()
    canceled = fields.Boolean("Cancelled")
    summary = fields.Text(readonly=True)
    order_uids = fields.Json(readonly=True)
    event_keys = fields.Json(readonly=True)
    event_ids = fields.Many2many(
        "plug4market.order.event", string="Orders", compute="_compute_event_ids"
    )

    @api.model
    def _midnight(self, *, days):
        """The beginning of a day near today, where the user is."""
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        midnight = datetime.combine(now.date() + timedelta(days=days), time())
        return midnight - now.utcoffset()

    @api.depends("number")
    def _compute_number_is_hub_id(self):
        for wizard in self:
            wizard.number_is_hub_id = bool(wizard._hub_id())

    @api.depends("event_keys")
    def _compute_event_ids(self):
        for wizard in self:
            wizard.event_ids = self.env["plug4market.order.event"].search(
                [("id", "in", wizard.event_keys or [])]
            )

    def _hub_id(self):
        """The number if it is an ID of the hub; empty if it is the marketplace's."""
        number = (self.number or "").strip()
        return number if HUB_ID.fullmatch(number) else ""

    # -- buttons --------------------------------------------------------------

    def action_recover(self):
        """Find the orders, queue their reading, and show what came of it."""
        self.ensure_one()
        try:
            uids, sentences = (
                self._find_one() if self.mode == "order" else self._find_of_dates()
            )
        except TransientError as error:
            raise UserError(self._why_stopped(error)) from error
        except Plug4MarketError as error:
            raise UserError(explain(self.env, error)) from error
        event_ids = self._read(uids) if uids else []
        if len(event_ids) > DONE_AT_ONCE:
            sentences.append(
                self.env._(
                    "They are being imported in the background, and appear under "
                    "Orders one after another."
                )
            )
        self.write(
            {
                "summary": " ".join(sentences),
                "order_uids": list(uids),
                "event_keys": event_ids,
            }
        )
        return self._reopen()

    def action_again(self):
        """Go back to the questions."""
        self.write({"summary": False, "order_uids": False, "event_keys": False})
        return self._reopen()

    def action_open_orders(self):
        """Open the orders that were asked for, as far as they are in Odoo by now."""
        xmlid = "plug4market_connector.sale_order_action_plug4market"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("plug4market_order_uid", "in", self.order_uids or []),
        ]
        return action

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import orders"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # -- finding --------------------------------------------------------------

    def _find_one(self):
        """The order's id and a sentence; the lists are read only if they must be."""
        number = (self.number or "").strip()
        if not number:
            raise UserError(self.env._("Write the number of the order first."))
        if self._hub_id():
            return {number.lower(): number}, []
        known = self.env["sale.order"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("client_order_ref", "=", number),
                ("plug4market_order_uid", "!=", False),
            ]
        )
        if known:
            return {
                order.plug4market_order_uid: order.plug4market_order_uid_raw
                for order in known
            }, []
        search = self._search_lists(
            lambda header: header.channel_order_number.casefold() == number.casefold(),
            only_first=True,
        )
        if search.found:
            return {header.uid_key: header.uid for header in search.found}, []
        return {}, [self._not_found(search, number)]

    def _not_found(self, search, number):
        if search.complete:
            return self.env._(
                "None of the %(count)s orders created between these dates has the "
                "number %(number)s. Check the number, or choose other dates.",
                count=search.looked_at,
                number=number,
            )
        return self._go_on_from(search)

    def _find_of_dates(self):
        """The ids of what is new to Odoo, and sentences on the others."""
        chosen = [name for name in STATUSES if self[name.lower()]]
        if not chosen:
            raise UserError(self.env._("Choose at least one status."))
        # One status a call at most (docs/hub-api.md 13 #21): of several, the lists of
        # all.
        search = self._search_lists(
            lambda header: header.status in chosen,
            status=chosen[0] if len(chosen) == 1 else None,
        )
        known = self._known_statuses(search.found)
        news = {
            header.uid_key: header.uid
            for header in search.found
            if self._is_news(header, known)
        }
        sentences = [
            self.env._(
                "%(found)s orders found, %(news)s of them new to Odoo or changed.",
                found=len(search.found),
                news=len(news),
            )
        ]
        if not search.complete:
            sentences.append(self._go_on_from(search))
        return news, sentences

    def _known_statuses(self, headers):
        known = self.env["sale.order"]._plug4market_find(
            self.company_id, [header.uid_key for header in headers]
        )
        return {
            order.plug4market_order_uid: order.plug4market_hub_status for order in known
        }

    @api.model
    def _is_news(self, header, known):
        """Whether reading the order would change something in Odoo."""
        if header.uid_key in known:
            return known[header.uid_key] != header.status
        return header.status in IMPORTED_STATUSES

    def _search_lists(self, wanted, *, only_first=False, **filters):
        if not (self.date_from and self.date_to and self.date_from < self.date_to):
            raise UserError(
                self.env._("Choose dates of which the first is before the second.")
            )
        client = self.company_id.sudo()._plug4market_client("click")
        return OrderSearch(wanted=wanted).run(
            client,
            calls=SEARCH_CALLS,
            only_first=only_first,
            created_from=self.date_from.replace(tzinfo=UTC),
            created_to=self.date_to.replace(tzinfo=UTC),
            **filters,
        )

    def _go_on_from(self, search):
        """Say where the search stopped, and let the next one begin there."""
        if search.reached:
            self.date_from = search.reached.replace(tzinfo=None, microsecond=0)
        return self.env._(
            "%(why)s It came to orders created on %(moment)s: import again from there.",
            why=self._why_stopped(search.error),
            moment=format_datetime(self.env, self.date_from, dt_format="short"),
        )

    @api.model
    def _why_stopped(self, error):
        if error:
            return self.env._(
                "Plug4Market takes no more calls just now: wait a minute, then try "
                "again (%(reason)s).",
                reason=error,
            )
        return self.env._("The dates hold more orders than one search reads.")

    # -- reading --------------------------------------------------------------

    def _read(self, uids):
        """Queue the reading of these orders; few are read within the click."""
        Event = self.env["plug4market.order.event"]
        event_ids = Event._ask_for(self.company_id, uids)
        if len(event_ids) <= DONE_AT_ONCE:
            Event._work_now(event_ids)
        else:
            Event._wake_worker()
        return event_ids
