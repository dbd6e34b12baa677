import logging

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...hub import AWAITING_DISPATCH
from ...transaction import (
    LOST_SECONDS,
    ask_for_help,
    fall_out,
    own_transaction,
    work_in_cron,
)

_logger = logging.getLogger(__name__)

# Where an order stands against its dispatch limit.
DISPATCH = [("on_time", "On time"), ("risk", "At risk"), ("late", "Late")]

# OCA's delivery_state, whose carriers tell when the buyer got a parcel.
DELIVERED = "customer_delivered"

CRON = "plug4market_connector.ir_cron_plug4market_warn_dispatch"
ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_dispatch"


class SaleOrder(models.Model):
    """How an order leaves: parcels, dispatch clock, fulfilment and label.

    The hub takes one shipment of an order, made of all its parcels.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "plug4market.label.mixin"]

    plug4market_dispatch = fields.Selection(
        DISPATCH,
        "Dispatch",
        compute="_compute_plug4market_dispatch",
        search="_search_plug4market_dispatch",
        help="Where the order stands against its dispatch limit, until it has left.",
    )
    plug4market_dispatch_asked = fields.Boolean(copy=False, readonly=True)

    plug4market_label_ids = fields.One2many(
        "plug4market.label",
        "order_id",
        groups="plug4market_connector.plug4market_connector_group_user,"
        "stock.group_stock_user",
    )
    plug4market_label_state = fields.Selection(
        related="plug4market_label_ids.state", string="Shipping label"
    )
    plug4market_label_message = fields.Text(
        related="plug4market_label_ids.message", string="About the label"
    )
    plug4market_label_to_print = fields.Boolean(
        "Label to print",
        compute="_compute_plug4market_label_to_print",
        compute_sudo=True,
        search="_search_plug4market_label_to_print",
        help="The marketplace makes labels of the order, and nobody has printed it.",
    )

    _plug4market_awaiting_dispatch_idx = models.Index(
        "(plug4market_handling_limit) "
        "WHERE plug4market_status IN ('APPROVED', 'INVOICED')"
    )

    def _plug4market_parcels(self):
        """Transfers that take goods to the buyer, not from shelf to shelf or back."""
        return self.picking_ids.filtered(
            lambda picking: (
                picking.company_id == self.company_id
                and picking.location_dest_id.usage == "customer"
                and picking.state != "cancel"
            )
        ).sorted("id")

    def _plug4market_payload(self, kind):
        """What Odoo knows of what ``kind`` tells the hub; empty when nothing."""
        if kind == "shipment":
            return self._plug4market_tracking_values()
        if kind == "delivered":
            return self._plug4market_delivery_values()
        return {}

    def _plug4market_report_shipment(self):
        ready = self.filtered(lambda order: not order._plug4market_why_shipment_waits())
        ready._plug4market_enqueue_known("shipment")

    def _plug4market_report_delivered(self):
        ready = self.filtered(lambda order: order._plug4market_delivery_values())
        ready._plug4market_enqueue_known("delivered")

    # -- shipment -------------------------------------------------------------

    def _plug4market_tracking_values(self):
        """Carrier, numbers and address of the order's parcels; empty without a number.

        The hub takes one shipment, of free text (docs/hub-api.md 7.7 and 13 #33): the
        numbers of several parcels are joined, the address is the first one's.
        """
        self.ensure_one()
        parcels = self._plug4market_parcels()
        numbers = dict.fromkeys(filter(None, map(_tracking_number, parcels)))
        carriers = self._plug4market_carriers()
        if not numbers or not carriers:
            return {}
        return {
            "carrier": ", ".join(carriers.mapped("name")),
            "tracking_number": ", ".join(numbers),
            "tracking_url": next(filter(None, map(_tracking_url, parcels)), ""),
        }

    def _plug4market_carriers(self):
        """Who carries the parcels; the order's delivery method where none says it."""
        return self._plug4market_parcels().carrier_id or self.carrier_id

    def _plug4market_why_shipment_waits(self):
        """Why the shipment cannot be reported by itself yet; empty when it can."""
        self.ensure_one()
        parcels = self._plug4market_parcels()
        if not parcels:
            return self.env._("No transfer to the buyer is done yet.")
        if still_open := parcels.filtered(lambda picking: picking.state != "done"):
            return self.env._(
                "Not done yet: %(transfers)s.",
                transfers=", ".join(still_open.mapped("name")),
            )
        if nameless := parcels.filtered(lambda picking: not _tracking_number(picking)):
            return self.env._(
                "No tracking number yet: %(transfers)s.",
                transfers=", ".join(nameless.mapped("name")),
            )
        if not self._plug4market_carriers():
            return self.env._(
                "No carrier yet: %(transfers)s.",
                transfers=", ".join(parcels.mapped("name")),
            )
        return ""

    # -- delivery -------------------------------------------------------------

    def _plug4market_delivery_values(self):
        """When the buyer got the last parcel; empty while nobody knows.

        Odoo itself never does. OCA's ``delivery_state`` is used where it is installed.
        """
        self.ensure_one()
        parcels = self._plug4market_parcels()
        if not parcels or "delivery_state" not in parcels._fields:
            return {}
        if any(picking.delivery_state != DELIVERED for picking in parcels):
            return {}
        dates = filter(None, parcels.mapped("date_delivered"))
        delivered_at = max(dates, default=fields.Datetime.now())
        return {"delivered_at": fields.Datetime.to_string(delivered_at)}

    # -- the dispatch clock ---------------------------------------------------
    # The dispatch clock: an order that leaves after its limit costs the seller.

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
            if not limit or not order._plug4market_is_awaiting_dispatch():
                order.plug4market_dispatch = False
            elif limit < now:
                order.plug4market_dispatch = "late"
            else:
                order.plug4market_dispatch = (
                    "risk" if limit <= now + margin else "on_time"
                )

    def _plug4market_is_awaiting_dispatch(self):
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
        found = awaiting & self._plug4market_limit_domain(set(value) - {False})
        if False in value:
            found |= ~(awaiting & Domain("plug4market_handling_limit", "!=", False))
        return found

    @api.model
    def _plug4market_limit_domain(self, names):
        """Which limits are so: late, at risk or on time."""
        known = Domain("plug4market_handling_limit", "!=", False)
        if names >= dict(DISPATCH).keys():
            return known
        late = Domain("plug4market_handling_limit", "<", fields.Datetime.now())
        if names <= {"late"}:
            return late if names else Domain.FALSE
        risk = self._plug4market_risk_domain()
        limits = {"late": late, "risk": risk & ~late, "on_time": known & ~late & ~risk}
        return Domain.OR(limits[name] for name in names if name in limits)

    @api.model
    def _plug4market_risk_domain(self):
        """Which limits are near, company by company; they may have passed."""
        now = fields.Datetime.now()
        risk = Domain.FALSE
        companies = self.env["res.company"].sudo()
        companies = companies.search_fetch(
            [("plug4market_risk_hours", ">", 0)], ["plug4market_risk_hours"]
        )
        alike_by_margin = companies.grouped(lambda c: c._plug4market_risk_margin())
        for margin, alike in alike_by_margin.items():
            soon = Domain("plug4market_handling_limit", "<=", now + margin)
            risk |= Domain("company_id", "in", alike.ids) & soon
        return risk

    # -- one activity before the limit ----------------------------------------

    @api.model
    def _cron_plug4market_warn_dispatch(self):
        """Tell who is responsible of each order that must leave soon, once."""
        work_in_cron(self.env, self._plug4market_warn, cron=CRON)

    @api.model
    @own_transaction
    def _plug4market_warn(self, limit=100):
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

    def _plug4market_stop_clock(self):
        """Mark the activity done where the order left, drop it where none will."""
        over = self.sudo().filtered(
            lambda order: not order._plug4market_is_awaiting_dispatch()
        )
        left = over.filtered(
            lambda order: order.plug4market_status in ("SHIPPED", "COMPLETED")
        )
        left.activity_feedback([ACTIVITY_TYPE])
        (over - left).activity_unlink([ACTIVITY_TYPE])

    # -- fulfilment orders ----------------------------------------------------
    # Fulfilment orders: the marketplace ships them from a warehouse of its own.

    def _plug4market_ships_from_hub(self):
        """Whether the order leaves from the warehouse that stands for the hub's."""
        self.ensure_one()
        warehouse = self.company_id.plug4market_fulfilment_warehouse_id
        return bool(warehouse) and self.warehouse_id == warehouse

    def _plug4market_open_pickings(self):
        return self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def _plug4market_ship_fulfilment(self):
        """Validate the transfers of what the marketplace has shipped."""
        self.filtered(
            lambda order: (
                order.plug4market_order_type == "1"
                and order.state == "sale"
                and order.plug4market_status in ("SHIPPED", "COMPLETED")
                and order._plug4market_ships_from_hub()
                and order._plug4market_open_pickings()
            )
        )._plug4market_safely("_plug4market_validate_transfers")

    def _plug4market_validate_transfers(self):
        """Mark all transfers done with what was ordered, in stock here or not."""
        for picking in self._plug4market_open_pickings().sorted("id"):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking._action_done()

    # -- the shipping label ---------------------------------------------------
    # The shipping label of an order, which follows the order's status.

    def _plug4market_label_orders(self):
        return self._plug4market_order()

    @api.depends(
        "plug4market_status",
        "plug4market_order_type",
        "plug4market_label_ids.printed_at",
        "state",
    )
    def _compute_plug4market_label_to_print(self):
        for order in self:
            order.plug4market_label_to_print = (
                order.plug4market_status == "INVOICED"
                and order.plug4market_order_type != "1"
                and order.state != "cancel"
                and not order.plug4market_label_ids.printed_at
            )

    def _search_plug4market_label_to_print(self, operator, value):
        if operator != "in":
            return NotImplemented
        to_print = (
            Domain("plug4market_status", "=", "INVOICED")
            & Domain("plug4market_order_type", "!=", "1")
            & Domain("state", "!=", "cancel")
            & Domain("plug4market_label_ids", "not any!", [("printed_at", "!=", False)])
        )
        return to_print if True in value else ~to_print

    def _plug4market_ask_for_labels(self):
        """The marketplace makes labels now: fetch those that are waited for or wanted.

        ``plug4market_auto_label`` wants those of every order.
        """
        orders = self.sudo().filtered(
            lambda order: (
                order.plug4market_order_type != "1"
                and not order.plug4market_label_ids.attachment_id
                and (
                    order.plug4market_label_ids
                    or order.company_id.plug4market_auto_label
                )
            )
        )
        if orders:
            self.env["plug4market.label"]._ask(orders)
            self.env["plug4market.label"]._wake()

    def unlink(self):
        """The database would drop the label, and leave its file behind."""
        self.sudo().plug4market_label_ids.unlink()
        return super().unlink()

    # -- telling the hub ------------------------------------------------------

    def _plug4market_shipment_call(self, event):
        payload = event.payload or {}
        return "send_shipment", {
            "shipping_carrier": payload.get("carrier") or "",
            "tracking_number": payload.get("tracking_number") or "",
            "tracking_url": payload.get("tracking_url") or "",
        }

    def _plug4market_delivered_call(self, event):
        delivered_at = (event.payload or {}).get("delivered_at")
        return "send_delivered", {
            "delivered_at": fields.Datetime.to_datetime(delivered_at)
            or fields.Datetime.now()
        }


def _tracking_number(picking):
    return (picking.carrier_tracking_ref or "").strip()


def _tracking_url(picking):
    """The transfer's address, or the first one of a carrier that knows several."""
    several = picking.get_multiple_carrier_tracking()
    return several[0][1] if several else picking.carrier_tracking_url or ""
