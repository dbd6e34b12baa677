import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...hub import naive_utc, normalise_document
from ...nfe import (
    MAX_UNPACKED,
    LooseFile,
    NfeDocument,
    NotAnNfe,
    pre_flight,
    unpack_all,
)
from .nfe_messages import explain_finding, explain_no_nfe

OPEN = ("waiting", "choose")


class Plug4marketNfeFile(models.Model):
    """A file that came by mail or was uploaded, on its way to its invoice.

    Every file keeps its row, with what became of it in ``state``; what is certain goes
    to the invoice by itself, what is doubtful asks.
    """

    _name = "plug4market.nfe.file"
    _inherit = ["mail.thread", "plug4market.sealed.mixin"]
    _description = "Plug4Market NF-e Received"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("File", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=True, readonly=True
    )
    origin = fields.Selection(
        [("upload", "Upload"), ("mail", "E-mail"), ("invoice", "Invoice")],
        "Came by",
        readonly=True,
    )
    content = fields.Binary("XML", attachment=True, readonly=True)
    state = fields.Selection(
        [
            ("choose", "To choose"),
            ("waiting", "Waiting for its invoice"),
            ("matched", "On the invoice"),
            ("cancelled", "NF-e cancelled"),
            ("cancellation", "Cancellation"),
            ("duplicate", "Duplicate"),
            ("refused", "Not usable"),
            ("not_nfe", "Not an NF-e"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    message = fields.Text("What to do", readonly=True)
    cancels = fields.Boolean(
        "Cancels an NF-e",
        readonly=True,
        help="The file says that the NF-e of this access key was cancelled.",
    )
    access_key = fields.Char(readonly=True, index="btree_not_null")
    number = fields.Char(readonly=True)
    series = fields.Char(readonly=True)
    # ``tpAmb``: "1" production, "2" test.
    environment = fields.Char("Environment of the NF-e", readonly=True)
    issuer_document = fields.Char("Issuer", readonly=True)
    recipient_document = fields.Char("Buyer's CPF or CNPJ", readonly=True)
    recipient_name = fields.Char("Buyer", readonly=True)
    issued_at = fields.Datetime("Issued on", readonly=True)
    total = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(
        "sale.order",
        "Marketplace order",
        readonly=True,
        index="btree_not_null",
        help="The order whose number is in the note.",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index="btree_not_null",
        check_company=True,
        domain="[('company_id', '=', company_id), ('move_type', '=', 'out_invoice'),"
        " ('state', '=', 'posted'), ('plug4market_order_id', '!=', False)]",
    )
    candidate_ids = fields.Many2many(
        "account.move", string="Invoices it may belong to", readonly=True
    )

    def action_put_on_invoice(self):
        """Put the note on the invoice that a person has chosen."""
        self._check_role()
        for row in self:
            if row.state not in OPEN:
                raise UserError(self.env._("%s is settled already.", row.name))
            if not row.move_id:
                raise UserError(self.env._("Choose the invoice of %s first.", row.name))
            row.move_id.check_access("read")
            row._put_on(row.move_id)

    def action_look_again(self):
        """Look for the invoices of these notes once more."""
        self._check_role()
        again = self.filtered(
            lambda row: row.access_key and not row.cancels and row.state != "matched"
        )
        again.sudo().write({"state": "waiting", "move_id": False})
        again._match_safely()

    def _check_role(self):
        self.check_access("write")
        self.env["res.users"]._plug4market_check_role()

    def _put_on(self, move):
        """Make this file the NF-e of ``move``, where its checks go on.

        :raise UserError: when ``move`` can have no NF-e of this store
        """
        self.ensure_one()
        # Who receives notes need not be an accountant.
        move = move.sudo()
        self._check_may_be_on(move)
        move.write(
            {"plug4market_nfe_xml": self.content, "plug4market_nfe_filename": self.name}
        )
        self._settle("matched", "", move)

    def _check_may_be_on(self, move):
        if move.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(file)s and %(invoice)s are of different companies. Choose an "
                    "invoice of %(company)s.",
                    file=self.name,
                    invoice=move.display_name,
                    company=self.company_id.name,
                )
            )
        posted = move.move_type == "out_invoice" and move.state == "posted"
        if not posted or not move.plug4market_order_id:
            raise UserError(
                self.env._(
                    "%(invoice)s is no posted invoice of a marketplace order, so it "
                    "takes no NF-e from here. Choose another one.",
                    invoice=move.display_name,
                )
            )

    def _settle(self, state, message="", move=None, **values):
        """Write what became of the file."""
        settled = {"state": state, "message": message, "candidate_ids": [(5,)]}
        settled["move_id"] = move.id if move else False
        self.sudo().write({**settled, **values})

    # -- taking files in ------------------------------------------------------
    # Files as they come: each becomes a row, whatever is in it.

    def create_document_from_attachment(self, attachment_ids):
        """Take files that a person dropped on the list; show what became of them.

        Odoo's own uploader calls it, on no record.
        """
        rows = self._take_attachments(attachment_ids)
        return rows._get_records_action(name=self.env._("Files just received"))

    @api.model
    def _take_attachments(self, attachment_ids):
        """Take files that a person uploaded; return their rows."""
        self.env["res.users"]._plug4market_check_role()
        attachments = self.env["ir.attachment"].browse(attachment_ids)
        attachments.check_access("unlink")
        files = [_loose(attachment) for attachment in attachments]
        rows = self._take(self.env.company, files, "upload")
        # The uploader's own copies; what lies on a record is that record's.
        attachments.filtered(lambda file: not file.res_id).unlink()
        return rows

    @api.model
    def _take(self, company, files, origin, stores=None):
        """Make a row of each of ``files``, which are LooseFiles; zips are opened.

        :param company: whose row it is when no store of the user issued the note
        :param stores: the companies whose notes are taken, if not all of the user's
        """
        pieces = unpack_all(files)
        stores = self._stores(company) if stores is None else stores
        # Nobody follows hundreds of rows.
        silent = self.sudo().with_context(tracking_disable=True)
        rows = silent.create(
            [
                {**values, "origin": origin}
                for piece in pieces
                for values in self._prepare_rows(company, stores, piece)
            ]
        )
        rows = rows.with_env(self.env)
        rows.filtered(lambda row: row.cancels or row.state == "waiting")._match_safely()
        return rows

    @api.model
    def _stores(self, company):
        """The companies whose notes are taken, by the CNPJ that issues them.

        A person's own; a mail comes from nobody, and may be for any store.
        """
        companies = company | (
            self.env["res.company"].sudo().search([("plug4market_active", "=", True)])
            if self.env.su
            else self.env.user.company_ids.sudo()
        )
        return self._by_cnpj(companies.sudo())

    @api.model
    def _by_cnpj(self, companies):
        return {
            normalise_document(company.plug4market_store_cnpj or company.vat): company
            for company in companies
        }

    @api.model
    def _prepare_rows(self, company, stores, piece):
        """The values of one file's row, or of a row for each event in it."""
        values = {"name": piece.name or "xml", "company_id": company.id}
        try:
            if piece.reason:
                raise NotAnNfe(piece.reason, piece.reason)
            nfe = NfeDocument.from_xml(piece.content)
        except NotAnNfe as error:
            if error.reason == "cancellation":
                return [
                    {
                        **values,
                        **_kept(piece),
                        **self._prepare_cancellation(stores, event),
                    }
                    for event in error.events
                    if event.cancels
                ]
            # What is no note is not kept: it may be anything, and large.
            message = explain_no_nfe(self.env, error.reason)
            return [{**values, "state": "not_nfe", "message": message}]
        return [{**values, **_kept(piece), **self._prepare_note(stores, nfe)}]

    @api.model
    def _prepare_note(self, stores, nfe):
        values = self._prepare_nfe_values(nfe)
        store = stores.get(nfe.issuer_document)
        if not store:
            return {
                **values,
                "state": "refused",
                "message": self.env._(
                    "The NF-e was issued by %(name)s (%(document)s), which is none of "
                    "your stores.",
                    name=nfe.issuer_name,
                    document=nfe.issuer_document,
                ),
            }
        return {
            **values,
            "company_id": store.id,
            **self._prepare_verdict_values(store, nfe),
        }

    @api.model
    def _prepare_nfe_values(self, nfe):
        return {
            "access_key": nfe.access_key,
            "number": nfe.number,
            "series": nfe.series,
            "environment": nfe.environment,
            "issuer_document": nfe.issuer_document,
            "recipient_document": nfe.recipient_document,
            "recipient_name": nfe.recipient_name,
            "issued_at": naive_utc(nfe.issued_at),
            "total": float(nfe.total or 0),
        }

    @api.model
    def _prepare_verdict_values(self, store, nfe):
        """Whether any marketplace would take the note, whoever's it is."""
        if nfe.cancelled:
            return {
                "state": "cancelled",
                "cancels": True,
                "message": self._explain_cancelled(),
            }
        environment = store.sudo().plug4market_environment
        findings = pre_flight(nfe, production=environment == "production")
        if findings:
            sentences = (
                explain_finding(self.env, finding, store.currency_id)
                for finding in findings
            )
            return {"state": "refused", "message": "\n".join(sentences)}
        return {"state": "waiting"}

    # -- notes that come by mail ----------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a row of each XML, and of each file in a zip; the DANFE is no file.

        The message itself is kept with the first one. Odoo's gateway calls this as
        superuser, and nobody else may: whose note it is would be the caller's word.
        """
        self.check_access("create")
        company = self.env["res.company"].browse(
            (custom_values or {}).get("company_id")
        )
        company = company.exists() or self.env.company
        receiver = self.with_context(lang=company._plug4market_lang())
        files = [
            LooseFile(name=name, content=_bytes(content, info) or b"")
            for name, content, info in msg_dict.get("attachments") or []
            if _is_wanted(name)
        ]
        if files:
            return receiver._take(company, files, "mail")[:1].with_env(self.env)
        return receiver.create(
            {
                "name": msg_dict.get("subject") or self.env._("E-mail"),
                "company_id": company.id,
                "origin": "mail",
                "state": "not_nfe",
                "message": receiver.env._("The e-mail has no XML attached."),
            }
        ).with_env(self.env)


def _loose(attachment):
    """The file of an attachment; one that is larger than any is not read."""
    if attachment.file_size > MAX_UNPACKED:
        return LooseFile(name=attachment.name, reason="too_large")
    return LooseFile(name=attachment.name, content=attachment.raw or b"")


def _kept(piece):
    return {"content": base64.b64encode(piece.content)}


def _is_wanted(name):
    return (name or "").lower().endswith((".xml", ".zip", ".xml.gz"))


def _bytes(content, info):
    """Undo the decoding of a text, which declares the encoding that it had."""
    if isinstance(content, str):
        return content.encode((info or {}).get("encoding") or "utf-8", "replace")
    return content
