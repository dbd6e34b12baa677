from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import known
from ..const import INVOICED_STATUSES
from ..nfe import NfeDocument, NotAnNfe
from .plug4market_connection import naive_utc

# States of an invoice that a right NF-e would serve.
WITHOUT_RIGHT_NFE = ("missing", "invalid", "cancelled")


class AccountMove(models.Model):
    """The NF-e of an invoice: what is known of it and how far it is."""

    _inherit = "account.move"

    plug4market_nfe_xml = fields.Binary("NF-e XML", attachment=True, copy=False)
    plug4market_nfe_filename = fields.Char(copy=False)
    plug4market_nfe_access_key = fields.Char(
        "NF-e access key",
        compute="_compute_plug4market_nfe",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    plug4market_nfe_number = fields.Char(
        "NF-e number", compute="_compute_plug4market_nfe", store=True, copy=False
    )
    plug4market_nfe_series = fields.Char(
        "NF-e series", compute="_compute_plug4market_nfe", store=True, copy=False
    )
    plug4market_nfe_date = fields.Datetime(
        "NF-e issued on", compute="_compute_plug4market_nfe", store=True, copy=False
    )
    plug4market_nfe_state = fields.Selection(
        [
            ("missing", "Waiting for the XML"),
            ("invalid", "To correct"),
            ("authorised", "Ready to send"),
            ("sent", "Sent"),
            ("cancelled", "NF-e cancelled"),
        ],
        "NF-e",
        compute="_compute_plug4market_nfe_state",
        compute_sudo=True,
    )
    plug4market_nfe_message = fields.Text(
        compute="_compute_plug4market_nfe_state", compute_sudo=True
    )

    def _plug4market_get_nfe(self):
        """The NF-e of this invoice.

        :raise UserError: when there is no XML, or it is no authorised NF-e
        """
        self.ensure_one()
        try:
            return NfeDocument.from_xml(self._plug4market_get_nfe_xml())
        except NotAnNfe as error:
            raise UserError(self._plug4market_explain_no_nfe(error.reason)) from error

    @api.depends(lambda self: self._plug4market_nfe_triggers())
    def _compute_plug4market_nfe(self):
        for move in self:
            nfe = move._plug4market_read_nfe()
            move.plug4market_nfe_access_key = nfe and nfe.access_key
            move.plug4market_nfe_number = nfe and nfe.number
            move.plug4market_nfe_series = nfe and nfe.series
            move.plug4market_nfe_date = nfe and naive_utc(nfe.issued_at)
        # What another addon wrote on records of its own is only seen here.
        self.filtered(
            lambda move: (
                move.plug4market_nfe_access_key
                or (
                    move.plug4market_order_id
                    and move._plug4market_cancelled_by_issuer()
                )
            )
        )._plug4market_announce_at_commit()

    def _plug4market_read_nfe(self):
        if not self.plug4market_order_id:
            return None
        try:
            return self._plug4market_get_nfe()
        except UserError:
            return None

    @api.depends(
        lambda self: (
            *self._plug4market_nfe_triggers(),
            "plug4market_order_id.plug4market_status",
            "amount_total",
        )
    )
    @api.depends_context("lang")
    def _compute_plug4market_nfe_state(self):
        for move in self:
            order = move.plug4market_order_id
            move.plug4market_nfe_message = False
            # A form that is not saved may name any order.
            if not order or order != known(move).plug4market_order_id:
                move.plug4market_nfe_state = False
                continue
            if move._plug4market_nfe_is_cancelled():
                move.plug4market_nfe_state = "cancelled"
                move.plug4market_nfe_message = move._plug4market_explain_cancelled()
                continue
            if order.plug4market_status in INVOICED_STATUSES:
                move.plug4market_nfe_state = "sent"
                continue
            if not move._plug4market_get_nfe_xml():
                move.plug4market_nfe_state = "missing"
                continue
            problem = move._plug4market_nfe_problem()
            move.plug4market_nfe_state = "invalid" if problem else "authorised"
            move.plug4market_nfe_message = problem or False
