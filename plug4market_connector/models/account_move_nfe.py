import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..nfe import NfeDocument, NotAnNfe, pre_flight
from .plug4market_connection import naive_utc


class AccountMove(models.Model):
    """The NF-e of an invoice: read from wherever it is, checked before it is sent."""

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
        ],
        "NF-e",
        compute="_compute_plug4market_nfe_state",
        compute_sudo=True,
    )
    plug4market_nfe_message = fields.Text(
        compute="_compute_plug4market_nfe_state", compute_sudo=True
    )

    def _plug4market_get_nfe_xml(self):
        """The authorised XML as bytes, from wherever this database keeps it.

        Another addon that issues or receives NF-e overrides this one method.
        """
        self.ensure_one()
        # The web client reads binaries as their size.
        uploaded = self.with_context(bin_size=False).plug4market_nfe_xml
        if uploaded:
            return base64.b64decode(uploaded)
        if "authorization_file_id" in self._fields:
            # OCA's l10n_br_fiscal_edi: the file is on an event only fiscal users read.
            return self.sudo().authorization_file_id.raw or b""
        return b""

    def _plug4market_get_nfe(self):
        """The NF-e of this invoice.

        :raise UserError: when there is no XML, or it is no authorised NF-e
        """
        self.ensure_one()
        try:
            return NfeDocument.from_xml(self._plug4market_get_nfe_xml())
        except NotAnNfe as error:
            raise UserError(self._plug4market_explain_no_nfe(error.reason)) from error

    def _plug4market_read_nfe(self):
        try:
            return self._plug4market_get_nfe()
        except UserError:
            return None

    @api.depends("plug4market_nfe_xml")
    def _compute_plug4market_nfe(self):
        for move in self:
            nfe = move._plug4market_read_nfe()
            move.plug4market_nfe_access_key = nfe and nfe.access_key
            move.plug4market_nfe_number = nfe and nfe.number
            move.plug4market_nfe_series = nfe and nfe.series
            move.plug4market_nfe_date = nfe and naive_utc(nfe.issued_at)

    @api.depends(
        "plug4market_nfe_xml", "plug4market_order_id.plug4market_status", "amount_total"
    )
    @api.depends_context("lang")
    def _compute_plug4market_nfe_state(self):
        for move in self:
            order = move.plug4market_order_id
            move.plug4market_nfe_message = False
            if not order:
                move.plug4market_nfe_state = False
                continue
            if order.plug4market_status in ("INVOICED", "SHIPPED", "COMPLETED"):
                move.plug4market_nfe_state = "sent"
                continue
            if not move._plug4market_get_nfe_xml():
                move.plug4market_nfe_state = "missing"
                continue
            problem = move._plug4market_nfe_problem()
            move.plug4market_nfe_state = "invalid" if problem else "authorised"
            move.plug4market_nfe_message = problem or False

    def _plug4market_nfe_problem(self):
        """All that a marketplace would refuse of the NF-e; empty when nothing."""
        self.ensure_one()
        try:
            nfe = self._plug4market_get_nfe()
        except UserError as error:
            return str(error)
        order = self.plug4market_order_id
        company = self.company_id
        findings = pre_flight(
            nfe,
            store_document=company.plug4market_store_cnpj or company.vat,
            buyer_document=order.partner_id.vat or None,
            order_total=self.amount_total,
            production=company.plug4market_environment == "production",
        )
        sentences = [self._plug4market_explain_finding(finding) for finding in findings]
        twin = self.search(
            [
                ("plug4market_nfe_access_key", "=", nfe.access_key),
                ("id", "!=", self._origin.id or self.id),
            ],
            limit=1,
        )
        if twin:
            sentences.append(
                self.env._("The NF-e is on invoice %s already.", twin.display_name)
            )
        return "\n".join(sentences)
