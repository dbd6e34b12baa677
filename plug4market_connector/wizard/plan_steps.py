"""The steps of a morning: what each takes up, what it leaves out and why."""

import time
from functools import partial

from odoo.fields import Domain
from odoo.tools import format_datetime

from ..hub import AWAITING_DISPATCH, INVOICED_STATUSES
from ..messages import explain
from ..models.invoice.plug4market_nfe_file import OPEN
from ..models.shipment.plug4market_label import MAY_PRINT
from ..transaction import fall_out_in_new_transaction, fresh_view

# Invoices that are made in one transaction: those of others need not wait for long.
AT_ONCE = 20
# A click begins no more of them after so many seconds.
CLICK_SECONDS = 15
INVOICING = "account.group_account_invoice"
MARKETPLACE = "plug4market_connector.plug4market_connector_group_user"
# The counters of invoices whose NF-e cannot be sent yet.
BESIDE = ("notes_missing", "notes_to_correct")


class Step:
    """One step, for one user; ``env`` is his, so he is shown nothing of others.

    A reason is empty where nothing speaks against a record. ``judge`` asks no query
    for each of the records, and is asked again at the click.
    """

    # The counters of the dashboard whose records are those of the step.
    needs = ()

    def __init__(self, env):
        self.env = env

    def explain_refusal(self):
        """Why the user may not do the step at all; empty when he may."""
        return self._needs_marketplace()

    def explain_note(self, companies):
        """What the user has to know before he begins; mostly nothing."""
        return ""

    def companions(self, asked):
        """What stands beside all that waits: it is left out, and has to be seen."""
        return []

    def of_orders(self, orders):
        """What the step has to do of these orders, of which it did the step before."""
        return orders

    def gather(self, asked, orders):
        """All that waits for the step, and what it has to do of ``orders``.

        :return: recordsets, of one model each
        """
        found = self._search(self.needs, asked)
        own = self.of_orders(orders)
        # Who works in the warehouse sees transfers, and no orders.
        if not found or own._name in found:
            found[own._name] = found.get(own._name, own) | own
        return [*found.values(), *self.companions(asked)]

    def prepare(self, records):
        """Get what can be had before the records are judged."""

    def judge(self, records):
        """The reason of each of ``records``, by its id; None: it is not shown."""
        raise NotImplementedError

    def outcome(self, record):
        """(state, sentence) of what was begun for ``record``; None if nothing was."""
        raise NotImplementedError

    def work(self, lines):
        """Do the step for the records of ``lines``, and write on them what came of it.

        :return: an action that follows, or None
        """
        raise NotImplementedError

    # -- what several steps need ----------------------------------------------

    def _search(self, names, asked):
        """The records of these counters, by their model."""
        desk = self.env["plug4market.desk"]
        needs = desk._needs(desk._roles(), desk._scope(asked or {}))
        found = {}
        for need in (needs[name] for name in names if name in needs):
            records = self.env[need.model].search(need.domain)
            found[need.model] = found.get(need.model, records.browse()) | records
        return found

    def _needs_marketplace(self):
        if self.env.user.has_group(MARKETPLACE):
            return ""
        return self.env._(
            "Only users of the Marketplace app may tell the marketplace. Ask an "
            "administrator for that right, or one of them to do this step."
        )

    def _tell(self, kind, lines):
        """Tell the marketplace of the lines' records; the queue does what is left."""
        records = lines._records()
        reasons = self.judge(records)
        allowed = records.filtered(lambda record: not reasons[record.id])
        results = {
            record.id: ("left", reasons[record.id]) for record in records - allowed
        }
        told = allowed._plug4market_tell(kind) if allowed else {}
        with fresh_view(self.env) as env:
            for record in allowed.with_env(env):
                results[record.id] = self._find_event(kind, record) or (
                    "failed",
                    told[record.with_env(self.env)][1],
                )
        lines._settle_all(results)

    def _find_event(self, kind, record):
        """(state, sentence) of the last call of ``kind`` for ``record``, if any."""
        is_invoice = record._name == "account.move"
        events = (
            record.sudo() if is_invoice else _orders(record)
        ).plug4market_event_ids
        last = events.filtered(lambda event: event.kind == kind).sorted("id")[-1:]
        if not last:
            return None
        [(_name, done, message)] = last._outcomes()
        if last.state == "pending":
            return "waiting", message
        return ("done" if done else "failed"), message


def _orders(records):
    """The orders of ``records``, whatever of them the user may open himself."""
    records = records.sudo()
    if records._name == "sale.order":
        return records
    if records._name == "account.move":
        return records.plug4market_order_id
    return records._plug4market_order()


def _reloading(action):
    """``action`` with a download after which the page is read again."""
    if action["type"] == "ir.actions.act_url":
        return {**action, "target": "new"}
    following = action["params"].get("next")
    if not following or following["type"] != "ir.actions.act_url":
        return action
    params = {**action["params"], "next": _reloading(following)}
    return {**action, "params": params}


class InvoiceStep(Step):
    """Orders get their invoice, which is posted."""

    needs = ("to_invoice",)

    def explain_refusal(self):
        if self._may_post() or self.env["sale.order"].has_access("write"):
            return ""
        return self.env._(
            "You need the right Invoicing to invoice orders. Ask an administrator for "
            "it, or somebody who has it to do this step."
        )

    def explain_note(self, companies):
        if self._may_post():
            return ""
        return self.env._(
            "Your invoices stay drafts: somebody with the right Invoicing posts them."
        )

    def _may_post(self):
        return self.env.user.has_group(INVOICING)

    def judge(self, records):
        return {order.id: self._why_not(order) for order in records}

    def _why_not(self, order):
        if order.plug4market_status == "CANCELED":
            return self.env._("The marketplace has cancelled it.")
        if order.state != "sale":
            return self.env._("It is not confirmed.")
        if order.invoice_status != "to invoice":
            return self._explain_invoiced(order)
        if why := order._plug4market_why_it_waits():
            return self.env._("The marketplace has changed it: %s", why)
        return ""

    def _explain_invoiced(self, order):
        invoices = order.sudo().invoice_ids.filtered(
            lambda move: move.state != "cancel" and move.move_type == "out_invoice"
        )
        if not invoices:
            return self.env._("It has nothing to invoice.")
        return self.env._(
            "It is invoiced already: %s.", ", ".join(invoices.mapped("display_name"))
        )

    def outcome(self, record):
        invoices = record.sudo().invoice_ids.filtered(
            lambda move: move.state != "cancel" and move.move_type == "out_invoice"
        )
        return invoices and ("done", self._explain_made(invoices)) or None

    def _explain_made(self, invoices):
        if all(invoices.mapped(lambda move: move.state == "posted")):
            names = ", ".join(invoices.mapped("name"))
            return self.env._("Invoice %s is posted.", names)
        return self.env._("Its invoice is a draft.")

    def work(self, lines):
        """Invoice as many as a click may take; the others go on by themselves."""
        end = time.monotonic() + CLICK_SECONDS
        while lines and time.monotonic() < end:
            part = lines._next_part(AT_ONCE)
            self.work_part(part)
            lines -= part
        if lines:
            lines._go_on_later()

    def work_part(self, lines):
        """Invoice orders of one company; what is refused falls out alone."""
        _done, failed = fall_out_in_new_transaction(
            self.env, lines, partial(_in_own_transaction, type(self)._invoice)
        )
        lines._settle_all(
            {
                line.res_id: ("failed", explain(self.env, error))
                for line, error in failed
            }
        )

    def _invoice(self, lines):
        """Invoice the lines' orders, as far as they still are to be invoiced."""
        records = lines._records()
        orders = records.try_lock_for_update(allow_referencing=True)
        busy = self.env._("Somebody is working on it at this moment. Look again.")
        reasons = {order.id: busy for order in records - orders} | self.judge(orders)
        allowed = orders.filtered(lambda order: not reasons[order.id])
        if allowed:
            moves = allowed._create_invoices(grouped=True, final=True)
            if self._may_post():
                moves.action_post()
        results = {order.id: ("left", reasons[order.id]) for order in records - allowed}
        for order in allowed:
            results[order.id] = self.outcome(order) or (
                "failed",
                self.env._("It has nothing to invoice."),
            )
        lines._write_results(results)


def _in_own_transaction(work, env, lines):
    """Call ``work`` of the step of ``lines`` where its transaction is."""
    lines = lines.with_env(env(su=lines.env.su))
    return work(InvoiceStep(env), lines)


class SendStep(Step):
    """The NF-es of invoices go to the marketplace."""

    needs = ("notes_to_send", *BESIDE)

    def explain_note(self, companies):
        if not any(companies.mapped("plug4market_auto_send_invoice")):
            return ""
        return self.env._(
            "As your settings say, an NF-e that fits its invoice goes to the "
            "marketplace by itself as soon as it is here."
        )

    def companions(self, asked):
        files = self.env["plug4market.nfe.file"]
        companies = self.env["plug4market.desk"]._scope(asked or {}).companies
        loose = Domain("company_id", "in", companies.ids) & Domain("state", "in", OPEN)
        return [*self._search(BESIDE, asked).values(), files.search(loose)]

    def of_orders(self, orders):
        return orders.invoice_ids.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and move.state != "cancel"
                and move.plug4market_order_id.plug4market_status
                not in INVOICED_STATUSES
            )
        )

    def judge(self, records):
        if records._name == "plug4market.nfe.file":
            nowhere = self.env._("It is on no invoice.")
            return {
                row.id: None if row.state == "matched" else row.message or nowhere
                for row in records
            }
        return {move.id: self._why_not(move) for move in records}

    def _why_not(self, move):
        """The stored verdict is believed here: the click itself opens the XML."""
        order = move.plug4market_order_id.sudo()
        if not order:
            return self.env._("This is not a marketplace order.")
        if move.state != "posted":
            return self.env._("The invoice is not posted.")
        if order.plug4market_status == "CANCELED":
            return self.env._("The marketplace has cancelled it.")
        if not order.company_id.plug4market_active:
            return self.env._(
                "Plug4Market is not enabled for %s.", order.company_id.name
            )
        if order._plug4market_waiting_events("invoice"):
            return self.env._("It is in the queue already and is sent by itself.")
        return (
            order._plug4market_why_blocked_by_status("invoice")
            or move._plug4market_why_not_this()
            or self._explain_verdict(move)
            or move._plug4market_why_by_hand()
        )

    def _explain_verdict(self, move):
        if move.plug4market_nfe_verdict == "authorised":
            return ""
        if move.plug4market_nfe_verdict == "missing":
            return self.env._("Its NF-e has not come yet.")
        return move._plug4market_nfe_problem()

    def outcome(self, record):
        return self._find_event("invoice", record)

    def work(self, lines):
        return self._tell("invoice", lines)


class LabelStep(Step):
    """The labels of orders are printed as one file."""

    needs = ("labels",)

    def explain_refusal(self):
        if any(map(self.env.user.has_group, MAY_PRINT)):
            return ""
        return self.env._(
            "Only users of the Marketplace app and of the warehouse may print "
            "marketplace labels."
        )

    def of_orders(self, orders):
        return orders.filtered(
            lambda order: (
                order.plug4market_status in AWAITING_DISPATCH
                and order.plug4market_order_type != "1"
                and not order.sudo().plug4market_label_ids.printed_at
            )
        )

    def prepare(self, records):
        """Fetch what is missing: reading a label changes nothing on the hub."""
        label = self.env["plug4market.label"]
        orders = _orders(records).filtered(
            lambda order: (
                order.plug4market_status in INVOICED_STATUSES
                and not label._why_none(order)
                and not order.plug4market_label_ids._is_printable()
            )
        )
        label._fetch_now(orders)

    def judge(self, records):
        orders = {record: _orders(record) for record in records}
        with fresh_view(self.env) as env:
            labels = env["plug4market.label"].sudo()._of(_orders(records))
            known = {label.order_id.id: self._explain_label(label) for label in labels}
        return {
            record.id: self._why_not(order, known) for record, order in orders.items()
        }

    def _why_not(self, order, known):
        if not order:
            return self.env._("This is not a marketplace order.")
        if why := self.env["plug4market.label"]._why_none(order):
            return why
        if order._plug4market_waiting_events("invoice"):
            return self.env._("Its NF-e is on its way. Look again in a moment.")
        if order.plug4market_status not in INVOICED_STATUSES:
            return self.env._(
                "Its NF-e has not been sent: the marketplace makes the label after it."
            )
        not_asked = self.env._("The label is not here yet. Look again in a moment.")
        return known.get(order.id, not_asked)

    def _explain_label(self, label):
        """Why a label is not printed now; empty when it is."""
        if label.printed_at:
            return self._explain_printed(label)
        return "" if label._is_printable() else label._outcome()

    def _explain_printed(self, label):
        return self.env._(
            "Printed on %(moment)s by %(person)s.",
            moment=format_datetime(self.env, label.printed_at, dt_format="short"),
            person=label.printed_by_id.name or "",
        )

    def outcome(self, record):
        label = _orders(record).plug4market_label_ids
        return ("done", self._explain_printed(label)) if label.printed_at else None

    def work(self, lines):
        records = lines._records()
        reasons = self.judge(records)
        results = {id_: ("left", reason) for id_, reason in reasons.items() if reason}
        allowed = records.filtered(lambda record: record.id not in results)
        if not allowed:
            return lines._settle_all(results)
        action = self.env["plug4market.label"]._print(_orders(allowed))
        with fresh_view(self.env) as env:
            for record in allowed.with_env(env):
                label = _orders(record).plug4market_label_ids
                results[record.id] = self.outcome(record) or ("left", label._outcome())
        lines._settle_all(results)
        return _reloading(action)


class ShipStep(Step):
    """The marketplace is told that orders have left."""

    needs = ("ship_today",)

    def of_orders(self, orders):
        return orders.filtered(
            lambda order: (
                order.plug4market_status in AWAITING_DISPATCH
                and order.plug4market_order_type != "1"
            )
        )

    def judge(self, records):
        orders = _orders(records)
        # All at once: below each order looks at its own alone.
        orders.plug4market_event_ids.mapped("kind")
        parcels = orders.picking_ids
        parcels.mapped("location_dest_id.usage")
        parcels.mapped("carrier_id.name")
        orders.mapped("carrier_id.name")
        return {record.id: self._why_not(_orders(record)) for record in records}

    def _why_not(self, order):
        return (
            order._plug4market_why_blocked("shipment")
            or order._plug4market_why_it_waits()
            or order._plug4market_why_shipment_waits()
        )

    def outcome(self, record):
        return self._find_event("shipment", record)

    def work(self, lines):
        return self._tell("shipment", lines)


STEPS = {
    "invoice": InvoiceStep,
    "send": SendStep,
    "label": LabelStep,
    "ship": ShipStep,
}
NAMES = {
    "invoice": "Invoice orders",
    "send": "Send NF-es",
    "label": "Print labels",
    "ship": "Report shipments",
}
# The step after each.
NEXT = {"invoice": "send", "send": "label", "label": "ship"}
