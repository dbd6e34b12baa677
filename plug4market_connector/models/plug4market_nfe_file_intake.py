import base64

from odoo import api, models

from ..hub import normalise_document
from ..nfe import (
    MAX_UNPACKED,
    LooseFile,
    NfeDocument,
    NotAnNfe,
    pre_flight,
    unpack_all,
)
from .plug4market_connection import naive_utc


class Plug4marketNfeFile(models.Model):
    """Files as they come: each becomes a row, whatever is in it."""

    _inherit = "plug4market.nfe.file"

    def create_document_from_attachment(self, attachment_ids):
        """Take files that a person dropped on the list; show what became of them.

        Odoo's own uploader calls it, on no record.
        """
        self.env["sale.order"]._plug4market_check_role()
        attachments = self.env["ir.attachment"].browse(attachment_ids)
        attachments.check_access("unlink")
        files = [_loose(attachment) for attachment in attachments]
        rows = self._take(self.env.company, files, "upload")
        # The uploader's own copies; what lies on a record is that record's.
        attachments.filtered(lambda file: not file.res_id).unlink()
        return rows._get_records_action(name=self.env._("Files just received"))

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
            message = self._explain_no_nfe(error.reason)
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
            **self._prepare_verdict(store, nfe),
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
    def _prepare_verdict(self, store, nfe):
        """Whether any marketplace would take the note, whoever's it is."""
        if nfe.cancelled:
            return {
                "state": "cancelled",
                "cancels": True,
                "message": self._explain_cancelled(),
            }
        environment = store.sudo().plug4market_environment
        findings = pre_flight(nfe, production=environment == "production")
        explain = self.env["account.move"]._plug4market_explain_finding
        sentences = [explain(finding) for finding in findings]
        if sentences:
            return {"state": "refused", "message": "\n".join(sentences)}
        return {"state": "waiting"}

    @api.model
    def _explain_no_nfe(self, reason):
        """Why a loose file is not an NF-e, in plain words."""
        sentences = {
            "empty": self.env._("The file is empty."),
            "archive_damaged": self.env._(
                "The zip is damaged. Pack it again, or send the XML files themselves."
            ),
            "archive_encrypted": self.env._(
                "The file has a password. Send it without one."
            ),
            "archive_too_large": self.env._(
                "The zip unpacks to more than a day's notes can be. Split it."
            ),
            "archive_nested": self.env._(
                "A zip inside a zip is not opened. Send it by itself."
            ),
            "archive_empty": self.env._("The zip holds no XML."),
            "archive_unknown": self.env._(
                "The zip is packed in a way that is not opened here. Pack it as an "
                "ordinary zip, or send the XML files themselves."
            ),
        }
        return sentences.get(reason) or self.env[
            "account.move"
        ]._plug4market_explain_no_nfe(reason)


def _loose(attachment):
    """The file of an attachment; one that is larger than any is not read."""
    if attachment.file_size > MAX_UNPACKED:
        return LooseFile(name=attachment.name, reason="too_large")
    return LooseFile(name=attachment.name, content=attachment.raw or b"")


def _kept(piece):
    return {"content": base64.b64encode(piece.content)}
