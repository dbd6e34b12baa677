from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..queue.plug4market_order_event import POLL_CRON
from ..store.plug4market_budget import LANES, RECENT, RESERVED_CALLS, SILENT_CALLS

# Without a poll for so long the server runs no scheduled jobs.
POLL_OVERDUE = timedelta(minutes=30)
# A hub that is silent for longer is no hiccup.
LONG_SILENCE = timedelta(hours=1)
# Tokens renew themselves: one that ends so soon was not renewed.
SOON = timedelta(days=2)

COMPANY = "base.action_res_company_form"
EVENTS = "plug4market_connector.plug4market_order_event_action"
PRODUCTS = "plug4market_connector.product_product_action_plug4market"
BACKLOG = "plug4market_connector.plug4market_budget_action"


class Plug4marketDesk(models.AbstractModel):
    """Whether the connection of each store works, in a colour and a sentence."""

    _inherit = "plug4market.desk"

    @api.model
    def _read_health(self, roles, scope):
        """A card for each store; none for who does not look after them."""
        if "marketplace" not in roles or not scope.companies:
            return []
        stores = self._read_stores(scope)
        events = self._group_events(scope)
        skus = self._group_skus(scope)
        return [
            self._describe_store(
                {
                    **store,
                    "errors": events[store["id"]]["failed"],
                    "waiting_orders": events[store["id"]]["pending"].total(),
                    "lanes": skus[store["id"]]["pending"],
                    "sku_errors": skus[store["id"]]["error"].total(),
                }
            )
            for store in stores
        ]

    # -- reading --------------------------------------------------------------

    @api.model
    def _read_stores(self, scope):
        """What is known of each store's connection, calls and last news, in one query.

        None of it is business: it is about the connection, and no token is among it.
        """
        self.env["sale.order"].flush_model()
        self.env["plug4market.order.event"].flush_model()
        self.env["plug4market.connection"].flush_model()
        self.env["plug4market.budget"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT company.id, company.name,
                       coalesce(connection.state, 'disconnected') AS state,
                       connection.access_token_expiry AS access_expiry,
                       connection.refresh_token_expiry AS refresh_expiry,
                       connection.swept_at,
                       budget.hold_until, budget.silent_calls, budget.silent_since,
                       cardinality(%(recent)s) AS calls,
                       (SELECT lastcall FROM ir_cron WHERE id = %(poll)s) AS polled_at,
                       reconciliation.id AS reconciliation_id,
                       (SELECT event.create_date FROM plug4market_order_event event
                         WHERE event.company_id = company.id
                           AND event.kind = 'notice' AND event.origin = 'webhook'
                         ORDER BY event.id DESC LIMIT 1) AS notice_at,
                       (SELECT sale.date_order FROM sale_order sale
                         WHERE sale.company_id = company.id
                           AND sale.plug4market_order_uid IS NOT NULL
                         ORDER BY sale.date_order DESC LIMIT 1) AS order_at,
                       (SELECT stopped.reason FROM plug4market_stopped_job stopped
                         WHERE stopped.company_id = company.id
                         ORDER BY stopped.id LIMIT 1) AS stopped
                  FROM res_company company
                  LEFT JOIN plug4market_connection connection
                         ON connection.company_id = company.id
                  LEFT JOIN plug4market_budget budget
                         ON budget.company_id = company.id
                  LEFT JOIN plug4market_reconciliation reconciliation
                         ON reconciliation.company_id = company.id
                 WHERE company.id IN %(companies)s AND company.plug4market_active
                 ORDER BY company.sequence, company.name
                """,
                recent=RECENT,
                poll=self.env["ir.model.data"]._xmlid_to_res_id(POLL_CRON),
                companies=tuple(scope.companies.ids),
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _group_events(self, scope):
        """How many events wait or failed in each company, failed ones by their kind."""
        found = self.env["plug4market.order.event"]._read_group(
            scope.of_company() & Domain("state", "in", ["pending", "failed"]),
            ["company_id", "state", "kind"],
            ["__count"],
        )
        groups = defaultdict(lambda: defaultdict(Counter))
        for company, state, kind, count in found:
            groups[company.id][state][kind] = count
        return groups

    @api.model
    def _group_skus(self, scope):
        """How many SKUs wait or failed in each company, by the lane they wait on."""
        found = self.env["plug4market.sku"]._read_group(
            scope.of_company() & Domain("state", "in", ["pending", "error"]),
            ["company_id", "state", "priority"],
            ["__count"],
        )
        groups = defaultdict(lambda: defaultdict(Counter))
        for company, state, priority, count in found:
            groups[company.id][state][LANES[min(priority, len(LANES)) - 1]] += count
        return groups

    # -- telling --------------------------------------------------------------

    @api.model
    def _describe_store(self, store):
        """The card of one store, in words and moments."""
        colour, sentence, button = self._judge_store(store)
        reconciliation = self.env["plug4market.reconciliation"].browse(
            store["reconciliation_id"] or []
        )
        return {
            "id": store["id"],
            "name": store["name"],
            "colour": colour,
            "sentence": sentence,
            "button": button,
            "facts": self._prepare_facts(store),
            "backlog": self._prepare_backlog(store),
            "errors": self._prepare_errors(store),
            "reconciled": reconciliation and reconciliation._explain_found() or "",
        }

    @api.model
    def _judge_store(self, store):
        """Colour, sentence and button of a store: the first that holds is said.

        "Connected" alone is no green: the hub has to answer, and jobs have to run.
        """
        return (
            self._judge_tokens(store)
            or self._judge_answers(store)
            or self._judge_jobs(store)
            or self._judge_work(store)
            or (
                "green",
                self.env._("Everything works."),
                self._button("backlog", self.env._("See what waits")),
            )
        )

    @api.model
    def _judge_tokens(self, store):
        """What keeps the store from speaking at all; None when nothing does."""
        now = fields.Datetime.now()
        if store["state"] == "question":
            return (
                "red",
                self.env._(
                    "Nothing is sent or received until a question about the store is "
                    "answered."
                ),
                self._button("company", self.env._("Answer it")),
            )
        if store["state"] == "disconnected":
            return (
                "red",
                self.env._("The store is not connected: it has no tokens."),
                self._button("company", self.env._("Paste the tokens")),
            )
        ended = store["refresh_expiry"] and store["refresh_expiry"] <= now
        if store["state"] == "error" or ended:
            return (
                "red",
                self.env._(
                    "Plug4Market does not accept the store's tokens: nothing is sent "
                    "or received until there are new ones. What waits is kept."
                ),
                self._button("company", self.env._("Paste new tokens")),
            )
        return None

    @api.model
    def _judge_answers(self, store):
        """Whether the hub answers; None when it does."""
        since = store["silent_since"] or fields.Datetime.now()
        if _is_silent(store):
            lasts = fields.Datetime.now() - since >= LONG_SILENCE
            return (
                "red" if lasts else "yellow",
                self.env._(
                    "Plug4Market has not answered since %(moment)s. What waits is "
                    "kept, and goes on by itself at its first answer.",
                    moment=self._moment(since),
                ),
                self._button("backlog", self.env._("See what waits")),
            )
        if not store["swept_at"]:
            return (
                "yellow",
                self.env._("The tokens are here; Plug4Market has not answered yet."),
                self._button("company", self.env._("Open the connection")),
            )
        return None

    @api.model
    def _judge_jobs(self, store):
        """Whether the scheduled jobs do their work; None when they do."""
        now = fields.Datetime.now()
        if not store["polled_at"] or now - store["polled_at"] > POLL_OVERDUE:
            return (
                "red",
                self.env._(
                    "No orders have been looked for in the last half hour: the "
                    "scheduled jobs of this Odoo do not run. Tell who looks after it."
                ),
                self._button("backlog", self.env._("See what waits")),
            )
        if store["stopped"]:
            return (
                "red",
                self.env._(
                    "A scheduled job stopped: %(reason)s", reason=store["stopped"]
                ),
                self._button("activities", self.env._("See my activities")),
            )
        if store["refresh_expiry"] and store["refresh_expiry"] - now < SOON:
            return (
                "yellow",
                self.env._(
                    "The tokens end on %(moment)s and have not been renewed.",
                    moment=self._moment(store["refresh_expiry"]),
                ),
                self._button("company", self.env._("Open the connection")),
            )
        return None

    @api.model
    def _judge_work(self, store):
        """Whether all that was sent is through; None when it is."""
        if count := store["errors"].total():
            return (
                "yellow",
                self.env._("It works; %(count)s events need a person.", count=count),
                self._button("events", self.env._("See them")),
            )
        if count := store["sku_errors"]:
            return (
                "yellow",
                self.env._("It works; %(count)s products have a problem.", count=count),
                self._button("products", self.env._("See them")),
            )
        if store["hold_until"] and store["hold_until"] > fields.Datetime.now():
            return (
                "yellow",
                self.env._("Plug4Market asked for a pause; it goes on by itself."),
                self._button("backlog", self.env._("See what waits")),
            )
        return None

    @api.model
    def _button(self, name, label):
        return {"name": name, "label": label}

    @api.model
    def _prepare_facts(self, store):
        """What is known of the connection: a word, and a moment or nothing."""
        never = self.env._("never")
        moments = [
            (self.env._("Access token until"), store["access_expiry"]),
            (self.env._("Refresh token until"), store["refresh_expiry"]),
            (self.env._("Last notice"), store["notice_at"]),
            (self.env._("Last order"), store["order_at"]),
            (self.env._("Last look for orders"), store["polled_at"]),
        ]
        facts = [
            {"label": label, "value": self._moment(moment) or never}
            for label, moment in moments
        ]
        limit = self.env["plug4market.budget"]._limit("orders")
        calls = f"{store['calls'] or 0} / {limit}"
        return [*facts, {"label": self.env._("Calls of this minute"), "value": calls}]

    @api.model
    def _prepare_backlog(self, store):
        """What waits on each lane, and when the catalogue is through."""
        words = {
            "sold_out": self.env._("Sold out, to be sent"),
            "stock": self.env._("Stock, to be sent"),
            "price": self.env._("Prices, to be sent"),
            "content": self.env._("Content, to be sent"),
        }
        lanes = [
            {"label": words[lane], "value": store["lanes"][lane]} for lane in LANES
        ]
        orders = {
            "label": self.env._("Order events waiting"),
            "value": store["waiting_orders"],
        }
        end = ""
        waiting = store["lanes"].total()
        # Of a store that makes no calls nobody knows when it is through.
        if waiting and store["state"] == "connected" and not _is_silent(store):
            budget = self.env["plug4market.budget"]
            a_minute = max(1, budget._limit("orders") - RESERVED_CALLS)
            now = fields.Datetime.now()
            start = max(now, store["hold_until"] or now)
            end = self._moment(start + timedelta(minutes=waiting / a_minute))
        return {"lanes": [orders, *lanes], "end": end}

    @api.model
    def _prepare_errors(self, store):
        """What needs a person, by what it is about."""
        kinds = dict(
            self.env["plug4market.order.event"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        errors = [
            {"label": kinds.get(kind, kind), "value": count}
            for kind, count in store["errors"].items()
        ]
        if store["sku_errors"]:
            label = self.env._("Products with a problem")
            errors.append({"label": label, "value": store["sku_errors"]})
        return errors

    @api.model
    def _moment(self, moment):
        """A moment as the user reads it; empty for none."""
        zone = self.env.context.get("tz") or self.env.user.tz
        return moment and format_datetime(self.env, moment, tz=zone, dt_format="short")

    # -- the button -----------------------------------------------------------

    @api.model
    def open_health(self, name, company_id):
        """What the button of a store's card opens; nothing for who sees no card."""
        company = self.env.companies.filtered(lambda c: c.id == company_id)
        if "marketplace" not in self._roles() or not company:
            return False
        of_store = [("company_id", "=", company.id)]
        if name == "company":
            return self._open_company(company)
        if name == "activities":
            return self._prepare_list_action(self._activity_needs()["activities"], {})
        xmlid, domain = {
            "events": (EVENTS, [*of_store, ("state", "=", "failed")]),
            "products": (
                PRODUCTS,
                [("plug4market_sku_ids", "any", [*of_store, ("state", "=", "error")])],
            ),
        }.get(name, (BACKLOG, of_store))
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": domain}

    @api.model
    def _open_company(self, company):
        """The form where tokens are pasted, for who may; else who to ask is told."""
        if not self.env.user.has_group("base.group_system"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "Ask somebody with the access right Settings to open the "
                        "company's Integration tab."
                    ),
                },
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(COMPANY)
        return {
            **action,
            "res_id": company.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


def _is_silent(store):
    """Whether the hub is taken for away."""
    return (store["silent_calls"] or 0) >= SILENT_CALLS
