import base64

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ...messages import explain
from ...nfe import PRODUCTION, NfeDocument, NotAnNfe, split_key, unpack
from ...transaction import fall_out
from .account_move import WITHOUT_RIGHT_NFE
from .plug4market_nfe_file import OPEN
from .sale_order import is_cut


class Plug4marketNfeFile(models.Model):
    """Finding the invoice of a note: by order number, else by document and total."""

    _inherit = "plug4market.nfe.file"

    def _match_safely(self):
        """Match each; one that Odoo refuses keeps why, and the others go on."""
        _done, failed = fall_out(self.env, self.sudo(), lambda rows: rows._match())
        for row, error in failed:
            reason = explain(self.env, error)
            row._settle(
                row.state if row.cancels else "choose",
                self.env._("Odoo could not take the note: %(reason)s", reason=reason),
            )

    @api.model
    def _match_posted(self, moves):
        """Go on with the notes that may have waited for these invoices."""
        totals = set(moves.mapped("amount_total"))
        documents = {
            document for move in moves for document in move._plug4market_buyer_keys()
        }
        waiting = self.sudo().search(
            Domain("company_id", "in", moves.company_id.ids)
            & Domain("state", "in", OPEN)
            & (
                Domain("order_id", "in", moves.plug4market_order_id.ids)
                | Domain("recipient_document", "in", list(documents))
                | Domain("total", "in", list(totals))
            ),
            order="id",
        )
        waiting._match_safely()

    def _match(self):
        """Settle each of these rows, those that came first before the others."""
        events = self.filtered("cancels")
        events._cancel_notes()
        left = (self - events).sorted("id")._settle_cancelled()._settle_duplicates()
        for company, rows in left.grouped("company_id").items():
            rows = rows.with_company(company)
            notes = {row: row._read_nfe() for row in rows}
            orders = rows._find_orders(company, notes.values())
            moves = rows._find_open_invoices(company, orders)
            for row, nfe in notes.items():
                row._match_one(nfe, orders, moves)

    def _read_nfe(self):
        content = self.with_context(bin_size=False).sudo().content
        return NfeDocument.from_xml(base64.b64decode(content))

    @api.model
    def _find_orders(self, company, notes):
        """The company's orders that any of the notes may name."""
        words = {word for nfe in notes for word in nfe.order_words}
        written = list(words | {word.upper() for word in words})
        cut = [
            number for nfe in notes for number in nfe.purchase_numbers if is_cut(number)
        ]
        return self.env["sale.order"].search(
            Domain("company_id", "=", company.id)
            & Domain("plug4market_order_uid", "!=", False)
            & (
                Domain("client_order_ref", "in", written)
                | Domain("plug4market_order_uid", "in", list(words))
                | Domain("name", "in", written)
                | Domain.OR(
                    Domain("client_order_ref", "=ilike", f"{escape_psql(number)}%")
                    for number in cut
                )
            )
        )

    @api.model
    def _find_open_invoices(self, company, orders):
        """Invoices that have no NF-e, or one that cannot be sent."""
        found = self.env["account.move"].search(
            Domain("company_id", "=", company.id)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "!=", "reversed")
            & Domain("plug4market_order_id.plug4market_status", "=", "APPROVED")
            & (
                Domain("plug4market_nfe_access_key", "=", False)
                | Domain("plug4market_order_id", "in", orders.ids)
            )
        )
        return found.filtered(
            lambda move: move.plug4market_nfe_state in WITHOUT_RIGHT_NFE
        )

    def _match_one(self, nfe, orders, moves):
        """Settle one row, looking at what its note and the invoices say."""
        named = orders.filtered(
            lambda order: order._plug4market_is_named(nfe)
        ) or orders.filtered(lambda order: order._plug4market_is_named_in_part(nfe))
        # An invoice may have got its note from a row before this one.
        moves = moves.filtered(lambda move: move.plug4market_nfe_state != "authorised")
        if named:
            self._match_named(nfe, named, moves)
        else:
            self._match_unnamed(nfe, moves)

    def _settle_duplicates(self):
        """Settle rows whose note is on an invoice, or in an earlier row; return others.

        An invoice of another company is not shown: only its own people may see it.
        """
        keys = self.mapped("access_key")
        moves = self.env["account.move"]._plug4market_nfe_twins(keys)
        moves = {move.plug4market_nfe_access_key: move for move in moves}
        same = [("access_key", "in", keys), ("state", "in", OPEN)]
        first = {row.access_key: row for row in self.search(same, order="id desc")}
        left = self
        for row in self:
            move, earlier = moves.get(row.access_key), first.get(row.access_key)
            if move:
                shown = move if move.company_id == row.company_id else None
                message = self.env._(
                    "The NF-e is on invoice %s already.", move.display_name
                )
                row._settle("duplicate", message, shown)
            elif earlier and earlier != row:
                message = self.env._("The same NF-e came before, as %s.", earlier.name)
                row._settle("duplicate", message)
            else:
                continue
            left -= row
        return left

    def _match_named(self, nfe, orders, moves):
        """The note says which order it is of; of several, each may be meant."""
        ours = moves.filtered(lambda move: move._plug4market_orders() & orders)
        fitting = ours.filtered(lambda move: not move._plug4market_explain_nfe(nfe))
        meant = orders.filtered(lambda order: order._plug4market_awaits_nfe())
        order = orders if len(orders) == 1 else orders.browse()
        if len(fitting) == 1 and meant <= fitting._plug4market_orders():
            self._put_on(fitting)
            self.order_id = fitting.plug4market_order_id
        elif ours:
            self._ask(nfe, fitting or ours, meant, order_id=order.id)
        elif served := orders.invoice_ids.filtered("plug4market_nfe_access_key")[:1]:
            message = self.env._(
                "Order %(order)s has another NF-e already, on invoice %(invoice)s.",
                order=served.plug4market_order_id.display_name,
                invoice=served.display_name,
            )
            self._settle("refused", message, order_id=order.id)
        else:
            message = self.env._(
                "The invoice of %s is not posted yet. It is put there by itself.",
                ", ".join(orders.mapped("display_name")),
            )
            self._settle("waiting", message, order_id=order.id)

    def _match_unnamed(self, nfe, moves):
        """Only buyer and total say which invoice it is; one alone is certain."""
        buyers = moves.filtered(
            lambda move: nfe.recipient_document in move._plug4market_buyer_keys()
        )
        fitting = buyers.filtered(lambda move: not move._plug4market_explain_nfe(nfe))
        if len(fitting) == 1:
            self._put_on(fitting)
        elif buyers:
            self._ask(nfe, fitting or buyers)
        else:
            self._settle(
                "waiting",
                self.env._(
                    "No open invoice is of this buyer. It is put on its invoice by "
                    "itself, or choose one."
                ),
            )

    def _ask(self, nfe, moves, orders=(), **values):
        """List the invoices it may be of, and why none is certain."""
        if len(moves) > 1:
            message = self.env._("%s invoices may be the one: choose it.", len(moves))
        elif problems := moves._plug4market_explain_nfe(nfe):
            message = "\n".join(problems)
        else:
            message = self.env._(
                "The NF-e names %(orders)s. Choose its invoice, or wait for the others "
                "to be posted.",
                orders=", ".join(orders.mapped("display_name")),
            )
        self._settle("choose", message, candidate_ids=[(6, 0, moves.ids)], **values)

    # -- notes that were cancelled --------------------------------------------
    # Cancellations: their rows are what is remembered, until a person deletes them.
    #
    # A note is looked for among them whenever it is judged, so that it does not matter
    # which of the two comes first, nor how.

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
        pieces = [piece for piece in unpack(name, content) if _cancels(piece.content)]
        if not pieces:
            return self.browse()
        stores = self._by_cnpj(company.sudo())
        return self.sudo()._take(company, pieces, "invoice", stores)

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
