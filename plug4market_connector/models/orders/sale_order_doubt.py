from odoo import api, fields, models
from odoo.tools import plaintext2html

from ...hub import Doubt
from .doubt_messages import explain_doubts, list_doubts
from .order_changes import UNREADABLE

DOUBT_ACTIVITY = "plug4market_connector.mail_activity_doubt"
PLACES = {"country", "state", "contradiction"}
# Doubts that matter of what is sold already: the rest of it is settled.
LATE = {*UNREADABLE, *PLACES, "status"}


class SaleOrder(models.Model):
    """What makes an order no certain sale, until the hub or a person says otherwise."""

    _inherit = "sale.order"

    plug4market_doubts = fields.Json(
        "In doubt",
        copy=False,
        readonly=True,
        help="What cannot be read in the order, or is missing, as the hub sent it.",
    )
    plug4market_doubts_checked = fields.Json(
        "Checked",
        copy=False,
        readonly=True,
        help="Those of them that a person has checked.",
    )
    plug4market_doubtful = fields.Boolean(
        "Doubtful", compute="_compute_plug4market_doubtful"
    )

    @api.depends(
        "plug4market_doubts",
        "plug4market_doubts_checked",
        "state",
        "partner_shipping_id.country_id",
        "partner_shipping_id.state_id",
    )
    def _compute_plug4market_doubtful(self):
        for order in self:
            order.plug4market_doubtful = bool(order._plug4market_open_doubts())

    def _plug4market_keep_doubts(self, doubts):
        """Keep what is in doubt now.

        What is new of an order that is sold, and an unknown status, asks its person
        once.
        """
        self.ensure_one()
        if doubts == (self.plug4market_doubts or False):
            return
        was_nowhere = self._plug4market_is_nowhere()
        self.plug4market_doubts = doubts
        if was_nowhere and not self._plug4market_is_nowhere():
            self._plug4market_follow_place()
        self.activity_unlink([DOUBT_ACTIVITY])
        late = self._plug4market_late_doubts()
        # What can be read of a change says more than what cannot.
        if late and not self.plug4market_changes:
            unknown = all(doubt.kind == "status" for doubt in late)
            self._plug4market_ask(
                self.env._("Unknown status on the marketplace")
                if unknown
                else self.env._("Changed on the marketplace, and cannot be read"),
                plaintext2html(explain_doubts(self.env, late)),
                kind=DOUBT_ACTIVITY,
            )

    def _plug4market_is_nowhere(self):
        """Whether the hub did not say in which country or state the order goes."""
        kinds = {doubt[0] for doubt in self.plug4market_doubts or []}
        return bool(kinds & PLACES)

    def _plug4market_open_doubts(self):
        """What makes the order no certain sale, as far as nobody has checked it."""
        checked = self.plug4market_doubts_checked or []
        doubts = [
            Doubt(*doubt)
            for doubt in self.plug4market_doubts or []
            if doubt not in checked and not self._plug4market_is_filled_in(doubt[0])
        ]
        if self.state in ("draft", "sent"):
            return doubts
        kinds = LATE if self.state == "sale" else {"status"}
        return [doubt for doubt in doubts if doubt.kind in kinds]

    def _plug4market_late_doubts(self):
        """Open doubts about what becomes of the order, or of what is sold."""
        doubts = self._plug4market_open_doubts()
        sold = self.state == "sale"
        return [doubt for doubt in doubts if sold or doubt.kind == "status"]

    def _plug4market_settle_doubts(self):
        """Take as checked what is in doubt: whoever confirms the order accepts it."""
        for order in self.filtered("plug4market_doubts"):
            order.plug4market_doubts_checked = order.plug4market_doubts

    def _plug4market_why_it_waits(self):
        """What a person has to look at before the order's goods leave; or empty."""
        self.ensure_one()
        if self.plug4market_changes:
            return self.plug4market_changes_text
        late = self._plug4market_late_doubts()
        unreadable = [doubt for doubt in late if doubt.kind != "status"]
        return list_doubts(self.env, unreadable)

    def _plug4market_is_filled_in(self, kind):
        """Whether somebody has filled in what the address did not say."""
        name = {"country": "country_id", "state": "state_id"}.get(kind)
        return bool(name and self.partner_shipping_id[name])

    def action_plug4market_accept_doubts(self):
        """Keep that a person has looked at what was in doubt; let the order go on."""
        self.env["res.users"]._plug4market_check_role()
        for order in self.filtered("plug4market_doubts"):
            doubts = order._plug4market_open_doubts()
            body = self.env._(
                "Checked by %(user)s: %(doubts)s",
                user=self.env.user.name,
                doubts=list_doubts(self.env, doubts),
            )
            order.message_post(body=plaintext2html(body))
            order.activity_feedback([DOUBT_ACTIVITY])
            order._plug4market_settle_doubts()
