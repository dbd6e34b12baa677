from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from .change_messages import explain_changes
from .order_changes import (
    SAFE,
    UNREADABLE,
    Change,
    find_changes,
    keyed_items,
    read_facts,
)

CHANGE_ACTIVITY = "plug4market_connector.mail_activity_changed"


class SaleOrder(models.Model):
    """An order that changes on the marketplace after it was imported.

    A quotation follows. So does a confirmed order with which nothing was done, as far
    as that is safe; else a person is asked, and the transfers wait: the table of
    docs/pedidos-que-mudam.md.
    """

    _inherit = "sale.order"

    plug4market_facts = fields.Json(
        "As it was taken over",
        copy=False,
        readonly=True,
        help="What the hub said when the lines were made.",
    )
    plug4market_said = fields.Json(
        "As the marketplace says now",
        copy=False,
        readonly=True,
        help="What the hub says now, while a person is asked.",
    )
    plug4market_changes = fields.Json(
        "Changes",
        compute="_compute_plug4market_changes",
        help="What that changes, for the person.",
    )
    plug4market_changes_text = fields.Text(
        "Changed on the marketplace", compute="_compute_plug4market_changes_text"
    )

    @api.depends("plug4market_facts", "plug4market_said")
    def _compute_plug4market_changes(self):
        for order in self:
            said = order.plug4market_said
            changes = said and find_changes(order.plug4market_facts, said)
            order.plug4market_changes = changes or False

    @api.depends("plug4market_changes")
    @api.depends_context("lang")
    def _compute_plug4market_changes_text(self):
        for order in self:
            changes = [Change(*change) for change in order.plug4market_changes or []]
            order.plug4market_changes_text = explain_changes(self.env, changes) or False

    def _plug4market_follow(self, lookup, hub_order):
        """Let the order follow what this reading says otherwise, or ask a person."""
        self.ensure_one()
        if any(doubt.kind in UNREADABLE for doubt in hub_order.doubts):
            return
        now, before = read_facts(hub_order), self.plug4market_facts
        changes = find_changes(before, now) if before else []
        if not changes or self.state == "cancel":
            self._plug4market_keep_facts(now)
        elif self.state in ("draft", "sent"):
            self._plug4market_rebuild(lookup, hub_order, changes)
            self._plug4market_note_followed(now, changes)
        # Nobody follows to a place that is none.
        elif not any(lookup.place_doubts(hub_order)) and self._plug4market_may_follow(
            now, changes
        ):
            self._plug4market_adjust(lookup, hub_order, now, changes)
            self._plug4market_note_followed(now, changes)
        else:
            self._plug4market_ask_about(now, changes)

    def _plug4market_keep_facts(self, facts):
        """Keep what the order is like now; a question about it is over."""
        values = {"plug4market_facts": facts} if facts != self.plug4market_facts else {}
        if self.plug4market_said:
            values["plug4market_said"] = False
            self.activity_unlink([CHANGE_ACTIVITY])
        if values:
            self.write(values)

    def _plug4market_note_followed(self, facts, changes):
        self._plug4market_keep_facts(facts)
        body = self.env._(
            "The marketplace changed the order, and Odoo followed:\n%s",
            explain_changes(self.env, changes),
        )
        self.message_post(body=plaintext2html(body))

    # -- a quotation ----------------------------------------------------------

    def _plug4market_rebuild(self, lookup, hub_order, changes):
        """Make the quotation anew from what the hub says.

        Lines that a person added stay, and products that a person chose.
        """
        importer = self.env["plug4market.order.import"]
        importer._readdress_order(lookup, self, hub_order, changes)
        chosen = self._plug4market_chosen_products(lookup)
        lines = importer._prepare_lines(lookup, hub_order, self.fiscal_position_id)
        for line in lines:
            product = chosen.get(line.get("plug4market_sku"))
            if product and line["product_id"] == chosen[False].id:
                line["product_id"] = product.id
        ours = self._plug4market_lines_of_hub(lookup)
        values = {
            "order_line": [
                *(Command.delete(line.id) for line in ours),
                *(Command.create(line) for line in lines),
            ],
            "plug4market_difference_accepted": False,
            **importer._prepare_amount_values(hub_order),
            **importer._prepare_identity_values(lookup, hub_order),
        }
        self.write(values)
        self._plug4market_settle_totals()

    def _plug4market_chosen_products(self, lookup):
        """The product of each SKU's line; False stands for the placeholder."""
        placeholder = lookup.ref("plug4market_connector.product_placeholder")
        lines = self.order_line.filtered("plug4market_sku")
        chosen = {line.plug4market_sku: line.product_id for line in lines}
        return chosen | {False: placeholder}

    def _plug4market_lines_of_hub(self, lookup):
        """The lines that the import made, not those that a person added."""
        names = ("placeholder", "freight", "interest", "discount", "difference")
        products = self.env["product.product"].union(
            *(lookup.ref(f"plug4market_connector.product_{name}") for name in names)
        )
        return self.order_line.filtered(
            lambda line: (
                line.plug4market_sku
                or line.plug4market_item_id
                or line.product_id in products
            )
        )

    # -- a confirmed order ----------------------------------------------------

    def _plug4market_may_follow(self, facts, changes):
        """Whether these are safe on an order with which nothing was done yet."""
        return bool(
            {change.kind for change in changes} <= SAFE
            # Without any item it is a cancellation that was not said.
            and facts["items"]
            and self.plug4market_status == "APPROVED"
            and not self._plug4market_is_begun()
            and not self.order_line._plug4market_fiscal()
            and self._plug4market_pair_lines(facts) is not None
        )

    def _plug4market_is_begun(self):
        """Whether somebody has invoiced, picked or printed any of it."""
        order = self.sudo()
        pickings = order.picking_ids.filtered(lambda p: p.state != "cancel")
        return (
            any(move.state != "cancel" for move in order.invoice_ids)
            or any(picking.state == "done" for picking in pickings)
            or any(pickings.mapped("printed"))
            or any(pickings.move_ids.mapped("picked"))
        )

    def _plug4market_pair_lines(self, facts):
        """Each item's line, and the item as it is now or None when it is gone.

        None when a person has changed the lines.
        """
        lines = self.order_line.filtered(
            lambda line: line.plug4market_sku or line.plug4market_item_id
        )
        sold = [
            {
                "id": line.plug4market_item_id or "",
                "sku": line.plug4market_sku or "",
                "line": line,
                "quantity": line.product_uom_qty,
            }
            for line in lines
        ]
        before, now = self.plug4market_facts["items"], facts["items"]
        by_id = all(item["id"] for item in (*before, *now, *sold))
        before, now, sold = (
            keyed_items(items, by_id=by_id) for items in (before, now, sold)
        )
        untouched = before.keys() == sold.keys() and all(
            float(item["quantity"]) == sold[key]["quantity"]
            for key, item in before.items()
        )
        if not untouched:
            return None
        return [(item["line"], now.get(key)) for key, item in sold.items()]

    def _plug4market_adjust(self, lookup, hub_order, facts, changes):
        """Let a confirmed order's lines, and where it goes, be what the hub says."""
        importer = self.env["plug4market.order.import"]
        for line, item in self._plug4market_pair_lines(facts):
            values = {"product_uom_qty": 0.0}
            if item:
                values = {
                    "product_uom_qty": float(item["quantity"]),
                    "price_unit": float(item["price"]),
                }
            line.write(values)
        for xmlid, amount in importer._extra_amounts(hub_order.charges).items():
            self._plug4market_adjust_extra(lookup, xmlid, float(amount))
        self._plug4market_lines_with(lookup, "product_difference").price_unit = 0.0
        self.write(importer._prepare_amount_values(hub_order))
        self._plug4market_settle_totals()
        importer._readdress_order(lookup, self, hub_order, changes)

    def _plug4market_adjust_extra(self, lookup, xmlid, amount):
        """Let the line of a charge say ``amount``; there may be none yet."""
        if line := self._plug4market_lines_with(lookup, xmlid)[:1]:
            line.price_unit = amount
        elif amount:
            values = self.env["plug4market.order.import"]._prepare_extra_values(
                lookup, xmlid, amount, self.fiscal_position_id
            )
            self.write({"order_line": [Command.create(values)]})

    def _plug4market_lines_with(self, lookup, xmlid):
        """The lines of a product that stands for no item."""
        product = lookup.ref(f"plug4market_connector.{xmlid}")
        return self.order_line.filtered(lambda line: line.product_id == product)

    # -- asking ---------------------------------------------------------------

    def _plug4market_ask_about(self, facts, changes):
        """Leave one activity with both sides; the same change is not told twice."""
        if [list(change) for change in changes] == self.plug4market_changes:
            return
        self.plug4market_said = facts
        self.activity_unlink([CHANGE_ACTIVITY])
        note = self.env._(
            "The marketplace changed the order after it was taken up here. Odoo "
            "has changed nothing, and its transfers wait:\n%s\nPut right what is to "
            "be put right (the order, its invoice, the parcel), then say so on the "
            "order.",
            explain_changes(self.env, changes),
        )
        self._plug4market_ask(
            self.env._("Changed on the marketplace"),
            plaintext2html(note),
            kind=CHANGE_ACTIVITY,
        )

    def action_plug4market_changes_done(self):
        """Take what the marketplace says now as known: a person has dealt with it."""
        self.env["res.users"]._plug4market_check_role()
        for order in self.filtered("plug4market_changes"):
            said, text = order.plug4market_said, order.plug4market_changes_text
            body = self.env._(
                "%(user)s has dealt with what the marketplace changed:\n%(changes)s",
                user=self.env.user.name,
                changes=text,
            )
            order.message_post(body=plaintext2html(body))
            order.activity_feedback([CHANGE_ACTIVITY])
            order._plug4market_keep_facts(said)
            order.write(
                {
                    "plug4market_total": float(said["total"] or 0),
                    "plug4market_freight": float(said["freight"]),
                    "plug4market_interest": float(said["interest"]),
                }
            )
