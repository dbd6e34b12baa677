from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

ADDON = "plug4market_connector"
ORDERS = f"{ADDON}.sale_order_action_plug4market"
TRANSFERS = f"{ADDON}.stock_picking_action_plug4market"
NOTES = f"{ADDON}.account_move_action_plug4market"
# The activities that the connector leaves.
ACTIVITY_TYPES = (
    *("mail_activity_doubt", "mail_activity_changed", "mail_activity_question"),
    *("mail_activity_tokens", "mail_activity_silence"),
    *("mail_activity_type_stopped_job", "mail_activity_type_refused_product"),
    *("mail_activity_type_dispatch", "mail_activity_type_nfe"),
    "mail_activity_type_cancelled",
)


@dataclass(frozen=True, kw_only=True)
class Need:
    """One counter: the records that wait, where they are listed, and for whom."""

    label: str
    hint: str
    roles: set[str]
    model: str
    domain: Domain
    action: str
    # How the card looks while something waits.
    tone: str = "info"
    # The buttons that the list shows: those of the work that is done there.
    step: str = ""


class Plug4marketDesk(models.AbstractModel):
    """What needs a person now."""

    _inherit = "plug4market.desk"

    @api.model
    def _read_needs(self, roles, scope):
        """The counters of these roles, in the order in which the work is done."""
        needs = self._needs(roles, scope)
        counts = self._count(needs)
        return [
            {
                "name": name,
                "label": need.label,
                "hint": need.hint,
                "tone": need.tone,
                "count": counts[name],
            }
            for name, need in needs.items()
        ]

    @api.model
    def _count(self, needs):
        """How many records each counter has, as far as the user may read them.

        One statement for all of them; each has its own conditions and its own index.
        """
        queries = [
            self.env[need.model]._search(need.domain).subselect(SQL("COUNT(*)"))
            for need in needs.values()
        ]
        if not queries:
            return {}
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(queries)))
        return dict(zip(needs, row, strict=True))

    @api.model
    def _needs(self, roles, scope):
        """The counters of these roles by name, without those of unreadable models."""
        found = {
            **self._order_needs(scope),
            **self._event_needs(scope),
            **self._note_needs(scope),
            **self._dispatch_needs(roles, scope),
            **self._product_needs(scope),
            **self._activity_needs(),
        }
        readable = {
            model: self.env[model].has_access("read")
            for model in {need.model for need in found.values()}
        }
        return {
            name: need
            for name, need in found.items()
            if need.roles & roles and readable[need.model]
        }

    @api.model
    def _imported(self, scope):
        """The condition that a sale order is one of the marketplaces looked at."""
        imported = Domain("plug4market_order_uid", "!=", False)
        return imported & scope.of_company() & scope.of_channel()

    @api.model
    def _order_needs(self, scope):
        orders = self._imported(scope)
        quotation = Domain("state", "in", ["draft", "sent"])
        confirmed = Domain("state", "=", "sale")
        cancelled = Domain("plug4market_status", "=", "CANCELED")
        return {
            "to_confirm": Need(
                label=self.env._("To confirm"),
                hint=self.env._("Quotations; each says what it waits for."),
                roles={"marketplace", "sales"},
                model="sale.order",
                domain=orders & quotation & ~cancelled,
                action=ORDERS,
                tone="warning",
                step="confirm",
            ),
            "to_invoice": Need(
                label=self.env._("To invoice"),
                hint=self.env._("Confirmed orders that have no invoice yet."),
                roles={"marketplace", "sales", "accounting"},
                model="sale.order",
                domain=orders & confirmed & Domain("invoice_status", "=", "to invoice"),
                action=ORDERS,
                step="invoice",
            ),
            "cancelled": Need(
                label=self.env._("Cancelled after invoice"),
                hint=self.env._(
                    "Cancelled on the marketplace and not yet undone here: a credit "
                    "note, a return or the order itself is left to a person."
                ),
                roles={"marketplace", "sales", "accounting"},
                model="sale.order",
                domain=orders & confirmed & cancelled,
                action=ORDERS,
                tone="danger",
                step="cancelled",
            ),
        }

    @api.model
    def _event_needs(self, scope):
        failed = (
            Domain("state", "=", "failed")
            & scope.of_company()
            & scope.of_channel("order_id.plug4market_channel_id")
        )
        shared = {
            "roles": {"marketplace"},
            "model": "plug4market.order.event",
            "action": f"{ADDON}.plug4market_order_event_action",
            "tone": "danger",
        }
        return {
            "refused": Need(
                label=self.env._("Refused by the marketplace"),
                hint=self.env._("What could not be told, and why."),
                domain=failed & Domain("kind", "!=", "notice"),
                **shared,
            ),
            "not_imported": Need(
                label=self.env._("Orders that did not come in"),
                hint=self.env._("News of orders that could not be taken up."),
                domain=failed & Domain("kind", "=", "notice"),
                **shared,
            ),
        }

    @api.model
    def _note_needs(self, scope):
        orders = scope.of_channel() & Domain("plug4market_status", "=", "APPROVED")
        waiting = (
            scope.of_company()
            & Domain("state", "=", "posted")
            & Domain("plug4market_order_id", "any", orders)
        )
        shared = {
            "roles": {"marketplace", "accounting"},
            "model": "account.move",
            "action": NOTES,
        }
        verdict = "plug4market_nfe_verdict"
        return {
            "notes_missing": Need(
                label=self.env._("Waiting for the XML"),
                hint=self.env._("Posted invoices whose NF-e has not come yet."),
                domain=waiting & Domain(verdict, "=", "missing"),
                step="send",
                **shared,
            ),
            "notes_to_correct": Need(
                label=self.env._("NF-es to correct"),
                hint=self.env._("The marketplace would refuse them."),
                domain=waiting & Domain(verdict, "in", ["invalid", "cancelled"]),
                tone="danger",
                step="send",
                **shared,
            ),
            "notes_to_send": Need(
                label=self.env._("NF-es to send"),
                hint=self.env._("They are right, and the marketplace waits for them."),
                domain=waiting & Domain(verdict, "=", "authorised"),
                step="send",
                **shared,
            ),
        }

    @api.model
    def _dispatch_needs(self, roles, scope):
        """What has to leave: orders, or transfers for who works in the warehouse."""
        if roles & {"marketplace", "sales"}:
            shared = {"model": "sale.order", "action": ORDERS}
            waiting = self._imported(scope)
        else:
            shared = {"model": "stock.picking", "action": TRANSFERS}
            waiting = scope.of_company() & scope.of_channel()
            waiting &= Domain("picking_type_id.code", "=", "outgoing")
            waiting &= Domain("state", "not in", ["done", "cancel"])
        shared["roles"] = {"marketplace", "sales", "stock"}
        clock = "plug4market_dispatch"
        limit = "plug4market_handling_limit"
        return {
            "labels": Need(
                label=self.env._("Labels to print"),
                hint=self.env._("Invoiced orders whose label nobody has printed."),
                domain=waiting & Domain("plug4market_label_to_print", "=", True),
                step="label",
                **{**shared, "roles": {"marketplace", "stock"}},
            ),
            "ship_today": Need(
                label=self.env._("To ship today"),
                hint=self.env._("Their dispatch limit is today, or has passed."),
                domain=waiting
                & Domain(clock, "in", ["on_time", "risk", "late"])
                & Domain(limit, "<", scope.tomorrow),
                step="ship",
                **shared,
            ),
            "at_risk": Need(
                label=self.env._("At risk"),
                hint=self.env._("Their dispatch limit is near."),
                domain=waiting & Domain(clock, "in", ["risk"]),
                tone="warning",
                step="ship",
                **shared,
            ),
            "late": Need(
                label=self.env._("Late"),
                hint=self.env._("Their dispatch limit has passed."),
                domain=waiting & Domain(clock, "in", ["late"]),
                tone="danger",
                step="ship",
                **shared,
            ),
        }

    @api.model
    def _product_needs(self, scope):
        refused = Domain("state", "=", "error") & scope.of_company()
        return {
            "products": Need(
                label=self.env._("Products with a problem"),
                hint=self.env._("What Plug4Market or the checks found wrong."),
                roles={"marketplace"},
                model="product.product",
                domain=Domain("sale_ok", "=", True)
                & Domain("plug4market_sku_ids", "any", refused),
                action=f"{ADDON}.product_product_action_plug4market",
                tone="danger",
            ),
            "announcements": Need(
                label=self.env._("Announcements with a problem"),
                hint=self.env._("A channel lacks something, or has refused it."),
                roles={"marketplace"},
                model="plug4market.announcement",
                domain=refused
                & scope.of_channel("channel_id")
                & Domain("active", "in", [True, False]),
                action=f"{ADDON}.plug4market_announcement_action",
                tone="warning",
            ),
        }

    @api.model
    def _activity_needs(self):
        find = self.env["ir.model.data"]._xmlid_to_res_id
        types = [find(f"{ADDON}.{name}") for name in ACTIVITY_TYPES]
        return {
            "activities": Need(
                label=self.env._("My activities"),
                hint=self.env._("What the connector has asked you to do."),
                roles={"marketplace", "sales", "accounting", "stock"},
                model="mail.activity",
                domain=Domain("user_id", "=", self.env.uid)
                & Domain("activity_type_id", "in", types),
                action="mail.mail_activity_action",
                tone="warning",
            ),
        }

    @api.model
    def _prepare_list_action(self, need, asked):
        """The window action of a counter's list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(need.action)
        return {
            **action,
            "name": need.label,
            "display_name": need.label,
            "domain": list(need.domain),
            "context": {
                "create": False,
                "active_test": need.model == "product.product",
                "plug4market_step": need.step or "look",
                "plug4market_asked": asked,
            },
        }
