from odoo import fields, models
from odoo.exceptions import UserError

OPEN = ("waiting", "choose")


class Plug4marketNfeFile(models.Model):
    """A file that came by mail or was uploaded, on its way to its invoice.

    Every file keeps its row, with what became of it in ``state``; what is certain goes
    to the invoice by itself, what is doubtful asks.
    """

    _name = "plug4market.nfe.file"
    _description = "Plug4Market NF-e Received"
    _inherit = ["mail.thread", "plug4market.sealed.mixin"]
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
        self.env["sale.order"]._plug4market_check_role()

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
