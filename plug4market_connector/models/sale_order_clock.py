import logging

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..const import AWAITING_DISPATCH, DISPATCH, LOST_SECONDS
from ..transaction import ask_for_help, fall_out, in_new_transaction, work_in_cron

_logger = logging.getLogger(__name__)

CRON = "plug4market_connector.ir_cron_plug4market_warn_dispatch"
ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_dispatch"


class SaleOrder(models.Model):
    """The dispatch clock: an order that leaves after its limit costs the seller."""

    _inherit = "sale.order"

    plug4market_dispatch = fields.Selection(
        DISPATCH,
        "Dispatch",
        compute="_compute_plug4market_dispatch",
        search="_search_plug4market_dispatch",
        help="Where the order stands against its dispatch limit, until it has left.",
    )
    plug4market_dispatch_asked = fields.Boolean(copy=False, readonly=True)

    _plug4market_awaiting_dispatch_idx = models.Index(
        "(plug4market_handling_limit) "
        "WHERE plug4market_status IN ('APPROVED', 'INVOICED')"
    )

    @api.depends(
        "plug4market_status",
        "plug4market_handling_limit",
        "plug4market_order_type",
        "state",
        "company_id.plug4market_risk_hours",
    )
    def _compute_plug4market_dispatch(self):
        now = fields.Datetime.now()
        for order in self:
            limit = order.plug4market_handling_limit
            margin = order.company_id._plug4market_risk_margin()
            if not limit or not order._plug4market_awaits_dispatch():
                order.plug4market_dispatch = False
            elif limit < now:
                order.plug4market_dispatch = "late"
            else:
                order.plug4market_dispatch = (
                    "risk" if limit <= now + margin else "on_time"
                )

    def _plug4market_awaits_dispatch(self):
        """Whether the seller still has to send the order."""
        self.ensure_one()
        return (
            self.plug4market_status in AWAITING_DISPATCH
            and self.plug4market_order_type != "1"
            and self.state != "cancel"
        )

    def _search_plug4market_dispatch(self, operator, value):
        if operator != "in":
            return NotImplemented
        awaiting = (
            Domain("plug4market_status", "in", AWAITING_DISPATCH)
            & Domain("plug4market_order_type", "!=", "1")
            & Domain("state", "!=", "cancel")
        )
        limits = self._plug4market_limit_domains()
        found = awaiting & Domain.OR(limits[name] for name in value if name in limits)
        if False in value:
            found |= ~(awaiting & Domain("plug4market_handling_limit", "!=", False))
        return found

    @api.model
    def _plug4market_limit_domains(self):
        """Which limits are late, at risk and on time, company by company."""
        now = fields.Datetime.now()
        late = Domain("plug4market_handling_limit", "<", now)
        risk = Domain.FALSE
        companies = self.env["res.company"].sudo()
        companies = companies.search([("plug4market_risk_hours", ">", 0)])
        alike_by_margin = companies.grouped(lambda c: c._plug4market_risk_margin())
        for margin, alike in alike_by_margin.items():
            soon = Domain("plug4market_handling_limit", "<=", now + margin)
            risk |= Domain("company_id", "in", alike.ids) & soon
        known = Domain("plug4market_handling_limit", "!=", False)
        return {"late": late, "risk": risk & ~late, "on_time": known & ~late & ~risk}

    # -- one activity before the limit ----------------------------------------

    @api.model
    def _cron_plug4market_warn_dispatch(self):
        """Tell who is responsible of each order that must leave soon, once."""
        work_in_cron(self.env, self._plug4market_warn, cron=CRON)

    @api.model
    def _plug4market_warn(self, limit=100):
        return in_new_transaction(
            self.env, lambda env: env[self._name]._plug4market_warn_batch(limit)
        )

    @api.model
    def _plug4market_warn_batch(self, limit):
        orders = self.sudo().search(
            [
                ("plug4market_dispatch", "in", ["risk", "late"]),
                ("plug4market_dispatch_asked", "=", False),
                ("company_id.plug4market_active", "=", True),
            ],
            order="plug4market_handling_limit",
            limit=limit,
        )
        # One that is being worked on now may leave just now: the next run looks again.
        orders = orders.try_lock_for_update(allow_referencing=True)
        _done, failed = fall_out(
            self.env, orders, lambda part: part._plug4market_warn_of_dispatch()
        )
        for order, error in failed:
            # Nobody can be told of it: it must not stand before the others for ever.
            _logger.error("no warning of order %s", order.id, exc_info=error)
            order.plug4market_dispatch_asked = True
            ask_for_help(self.env, CRON, error, order.company_id, LOST_SECONDS)
        return len(orders)

    def _plug4market_warn_of_dispatch(self):
        # The bell tells it: a letter for each order of a busy store is nobody's wish.
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create([order._prepare_dispatch_activity_values() for order in self])
        self.plug4market_dispatch_asked = True

    def _prepare_dispatch_activity_values(self):
        self.ensure_one()
        company = self.company_id
        person = company._plug4market_person()
        env = self.with_context(lang=company._plug4market_lang()).env
        zone = person.tz or "America/Sao_Paulo"
        limit = self.plug4market_handling_limit
        return {
            "res_model_id": env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": env.ref(ACTIVITY_TYPE).id,
            "automated": True,
            "user_id": person.id,
            "date_deadline": pytz.utc.localize(limit)
            .astimezone(pytz.timezone(zone))
            .date(),
            "summary": env._(
                "Dispatch by %(limit)s",
                limit=format_datetime(env, limit, tz=zone, dt_format="short"),
            ),
            "note": env._(
                "The marketplace counts %(order)s as late after this limit. Send the "
                "invoice, hand the goods over and report the shipment.",
                order=self.name,
            ),
        }

    def write(self, vals):
        """Stop the clock of orders that leave or are cancelled."""
        result = super().write(vals)
        if {"plug4market_status", "state"} & vals.keys():
            self.filtered("plug4market_dispatch_asked")._plug4market_stop_clock()
        return result

    def _plug4market_stop_clock(self):
        """Mark the activity done where the order left, drop it where none will."""
        over = self.sudo().filtered(
            lambda order: not order._plug4market_awaits_dispatch()
        )
        left = over.filtered(
            lambda order: order.plug4market_status in ("SHIPPED", "COMPLETED")
        )
        left.activity_feedback([ACTIVITY_TYPE])
        (over - left).activity_unlink([ACTIVITY_TYPE])
