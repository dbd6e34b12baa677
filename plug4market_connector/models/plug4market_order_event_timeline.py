from odoo import api, fields, models
from odoo.tools import format_datetime


class Plug4marketOrderEvent(models.Model):
    """A row of the queue as a line of its order's history, in plain words."""

    _inherit = "plug4market.order.event"

    status_label = fields.Char("Announced status", compute="_compute_status_label")
    timeline_event = fields.Text("Event", compute="_compute_timeline")
    timeline_call = fields.Text("Call", compute="_compute_timeline")
    timeline_effect = fields.Text("Effect", compute="_compute_timeline")

    # An order's rows that were never joined to it: news that wait, failed or said
    # nothing yet.
    _loose_order_idx = models.Index("(company_id, order_uid) WHERE order_id IS NULL")

    @api.depends("hub_status")
    @api.depends_context("lang")
    def _compute_status_label(self):
        """The announced status in Odoo's words; an unknown one as the hub has it."""
        status = self.env["sale.order"]._fields["plug4market_status"]
        labels = dict(status._description_selection(self.env))
        for event in self:
            event.status_label = labels.get(event.hub_status, event.hub_status)

    @api.depends("kind", "origin", "hub_status", "state", "message", "attempts")
    @api.depends_context("lang", "tz")
    def _compute_timeline(self):
        for event in self:
            event.timeline_event = event._timeline_event()
            event.timeline_call = event._timeline_call()
            event.timeline_effect = event._timeline_effect()

    def _timeline_event(self):
        """What set the row off."""
        if self.kind != "notice":
            return self._kind_label()
        if self.origin == "user":
            return self.env._(
                "%(user)s asked to read the order", user=self.create_uid.name
            )
        if not self.hub_status:
            return self.env._("News of the order")
        return self.env._(
            "The marketplace's status: %(status)s", status=self.status_label
        )

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _timeline_call(self):
        """What was said to the hub, or asked of it; empty when no call was made."""
        if self.state == "pending" and not self.attempts:
            return self.env._("Not called yet")
        if self.state == "ignored" and not self.attempts and self.kind != "notice":
            return False
        payload = self.payload or {}
        return {
            "notice": self.env._("Read the order"),
            "confirm": self.env._(
                "Sent the order's number %(number)s", number=self.order_id.name
            ),
            "invoice": self.env._(
                "Sent the NF-e of %(invoice)s", invoice=self.move_id.name or ""
            ),
            "shipment": self.env._(
                "Sent carrier and tracking: %(carrier)s %(number)s",
                carrier=payload.get("carrier") or "",
                number=payload.get("tracking_number") or "",
            ),
            "delivered": self.env._("Sent the delivery date"),
            "cancel": self.env._("Asked for the cancellation"),
        }[self.kind]

    def _timeline_effect(self):
        """What came of it, with the attempts that were needed."""
        sentences = [self.message]
        if self.attempts:
            sentences.append(
                self.env._("Failed attempts: %(count)s.", count=self.attempts)
            )
        if self.state == "pending":
            sentences.append(
                self.env._(
                    "Next attempt: %(moment)s.",
                    moment=format_datetime(
                        self.env, self.next_attempt_at, dt_format="short"
                    ),
                )
            )
        return " ".join(filter(None, sentences)) or False
