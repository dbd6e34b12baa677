from odoo import api, models
from odoo.fields import Domain

from ..nfe import PRODUCTION, LooseFile, NfeDocument, NotAnNfe, split_key
from .plug4market_nfe_file import OPEN


class Plug4marketNfeFile(models.Model):
    """Cancellations: their rows are what is remembered, until a person deletes them.

    A note is looked for among them whenever it is judged, so that it does not matter
    which of the two comes first, nor how.
    """

    _inherit = "plug4market.nfe.file"

    # -- as they come ---------------------------------------------------------

    @api.model
    def _prepare_cancellation(self, stores, event):
        """The row of an event in force; only its note's own store is touched by it."""
        problem = self._explain_useless_cancellation(stores, event)
        if problem:
            return {"state": "refused", "message": problem}
        parts = split_key(event.access_key)
        return {
            "state": "cancellation",
            "cancels": True,
            "company_id": stores[event.issuer_document].id,
            "access_key": event.access_key,
            "number": parts.number.lstrip("0"),
            "series": parts.series.lstrip("0") or "0",
            "environment": event.environment,
            "issuer_document": event.issuer_document,
        }

    @api.model
    def _explain_useless_cancellation(self, stores, event):
        """Why an event cancels no note of these stores; empty when it does."""
        store = stores.get(event.issuer_document)
        if not store:
            return self.env._(
                "It cancels an NF-e of %s, which is none of your stores.",
                event.issuer_document or "?",
            )
        if not event.is_of_issuer:
            return self.env._(
                "The cancellation is by %(author)s, the NF-e was issued by %(issuer)s: "
                "only the issuer cancels its notes.",
                author=event.author_document,
                issuer=event.issuer_document,
            )
        production = store.sudo().plug4market_environment == "production"
        if production and event.environment != PRODUCTION:
            return self.env._(
                "The cancellation was registered in the test environment. It cancels "
                "nothing."
            )
        return ""

    @api.model
    def _take_from_invoice(self, company, name, content):
        """Make rows of what a file on an invoice of ``company`` cancels, if anything.

        It speaks of that company's notes alone, whoever attached it.
        """
        if not _cancels(content):
            return self.browse()
        stores = self._by_cnpj(company.sudo())
        file = LooseFile(name=name, content=content)
        return self.sudo()._take(company, [file], "invoice", stores)

    # -- what they cancel -----------------------------------------------------

    @api.model
    def _cancelled_keys(self, company, keys):
        """Those of ``keys`` whose note of ``company`` is known to be cancelled."""
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("access_key", "in", list(keys))
            & Domain("cancels", "=", True)
        )
        if company.sudo().plug4market_environment == "production":
            domain &= Domain("environment", "=", PRODUCTION)
        return set(self.sudo().search(domain).mapped("access_key"))

    def _cancel_notes(self):
        """Tell each note that these rows cancel, wherever it lies."""
        moves = self.env["account.move"].sudo()
        orders = self.env["sale.order"].sudo()
        for company, rows in self.grouped("company_id").items():
            keys = rows.mapped("access_key")
            ours = Domain("company_id", "=", company.id)
            notes = ours & Domain("access_key", "in", keys)
            notes &= Domain("cancels", "=", False)
            notes &= Domain("state", "in", (*OPEN, "matched"))
            self.search(notes)._settle_cancelled()
            found = moves.search(
                ours & Domain("plug4market_nfe_access_key", "in", keys), order="id"
            )
            rows._settle_cancellations(found)
            moves |= found
            orders |= orders.search(
                ours & Domain("plug4market_hub_nfe_key", "in", keys)
            )
        moves._plug4market_nfe_was_cancelled()
        (orders - moves.plug4market_order_id)._plug4market_close_cancellation()

    def _settle_cancelled(self):
        """Settle those of these rows whose note was cancelled; return the others."""
        left = self
        for company, rows in self.grouped("company_id").items():
            keys = self._cancelled_keys(company, rows.mapped("access_key"))
            for row in rows.filtered(lambda row, keys=keys: row.access_key in keys):
                move = row.move_id if row.state == "matched" else None
                row._settle("cancelled", self._explain_cancelled(), move)
                left -= row
        return left

    def _settle_cancellations(self, moves):
        """Say on the rows of these events what became of each."""
        same = (
            Domain("company_id", "in", self.company_id.ids)
            & Domain("access_key", "in", self.mapped("access_key"))
            & Domain("cancels", "=", True)
        )
        first = {row.access_key: row for row in self.search(same, order="id desc")}
        by_key = moves.grouped("plug4market_nfe_access_key")
        for row in self:
            move = by_key.get(row.access_key, moves.browse())[:1]
            earlier = first[row.access_key]
            if row.state == "cancelled":
                row._settle("cancelled", self._explain_cancelled(), move)
            elif earlier != row:
                message = self.env._(
                    "The same cancellation came before, as %s.", earlier.name
                )
                row._settle("duplicate", message, move)
            else:
                row._settle("cancellation", row._explain_cancellation(move), move)

    def _explain_cancellation(self, move):
        if move:
            return self.env._("It cancels the NF-e of invoice %s.", move.display_name)
        return self.env._(
            "It cancels NF-e %(number)s of series %(series)s, which is on no invoice. "
            "Should it come, it is not used.",
            number=self.number,
            series=self.series,
        )

    @api.model
    def _explain_cancelled(self):
        return self.env._("The NF-e was cancelled at the treasury. It is never sent.")


def _cancels(content):
    """Whether a file says of any note that it was cancelled."""
    try:
        return NfeDocument.from_xml(content).cancelled
    except NotAnNfe as error:
        return error.reason == "cancellation"
