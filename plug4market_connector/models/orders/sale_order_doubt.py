from odoo import api, fields, models
from odoo.tools import plaintext2html

from ...hub import Doubt
from .doubt_messages import explain_doubts, list_doubts


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
        """Keep what is in doubt now; an unknown status asks its person once."""
        self.ensure_one()
        if doubts == (self.plug4market_doubts or False):
            return
        was_nowhere = self._plug4market_is_nowhere()
        self.plug4market_doubts = doubts
        if was_nowhere and not self._plug4market_is_nowhere():
            self._plug4market_follow_place()
        unknown = [
            doubt for doubt in self._plug4market_open_doubts() if doubt.kind == "status"
        ]
        if unknown:
            self._plug4market_ask(
                self.env._("Unknown status on the marketplace"),
                plaintext2html(explain_doubts(self.env, unknown)),
            )

    def _plug4market_is_nowhere(self):
        """Whether the hub did not say in which country or state the order goes."""
        kinds = {doubt[0] for doubt in self.plug4market_doubts or []}
        return bool(kinds & {"country", "state", "contradiction"})

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
        # What is sold is settled; what becomes of it is not.
        return [doubt for doubt in doubts if doubt.kind == "status"]

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
            order.plug4market_doubts_checked = order.plug4market_doubts
