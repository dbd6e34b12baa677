from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import UserError

from .nfe_messages import explain_legal_total


class AccountMove(models.Model):
    """Which totals of an NF-e are right for an invoice, and who says so of another.

    The marketplace's part of what the buyer paid need not be in the seller's note.
    """

    _inherit = "account.move"

    plug4market_nfe_right_key = fields.Char(
        "Note that a person found right",
        copy=False,
        readonly=True,
        help="Its access key. Another note is judged anew.",
    )
    plug4market_nfe_right_by_id = fields.Many2one(
        "res.users", "Found right by", copy=False, readonly=True
    )
    plug4market_nfe_right_at = fields.Datetime(
        "Found right at", copy=False, readonly=True
    )
    plug4market_nfe_remark = fields.Text(
        "Why its total is right",
        compute="_compute_plug4market_nfe_remark",
        compute_sudo=True,
    )
    plug4market_nfe_total_differs = fields.Boolean(
        "Total asks a person",
        compute="_compute_plug4market_nfe_total_differs",
        compute_sudo=True,
    )

    @api.depends("plug4market_nfe_state", "plug4market_nfe_right_key")
    @api.depends_context("lang")
    def _compute_plug4market_nfe_remark(self):
        """Why a note of another total is right."""
        for move in self:
            nfe = move._plug4market_judged_nfe()
            move.plug4market_nfe_remark = nfe and move._plug4market_explain_total(nfe)

    @api.depends("plug4market_nfe_state", "plug4market_nfe_right_key")
    def _compute_plug4market_nfe_total_differs(self):
        """Whether the total of the note asks a person."""
        for move in self:
            nfe = move._plug4market_judged_nfe()
            move.plug4market_nfe_total_differs = nfe and any(
                finding.code == "total_differs"
                for finding in move._plug4market_nfe_findings(nfe)
            )

    def _plug4market_judged_nfe(self):
        """The note of this invoice if its total counts; else False."""
        judged = self.plug4market_nfe_state in ("invalid", "authorised", "sent")
        return (judged and self._plug4market_read_nfe()) or False

    def _plug4market_legal_totals(self):
        """What a right note may come to besides the invoice's total.

        :return: {total: what of the buyer's payment the note leaves out}
        """
        order = self.plug4market_order_id
        whole = not self.currency_id.compare_amounts(
            self.amount_total, order.amount_total
        )
        parts = {
            "freight": order.plug4market_freight,
            "interest": order.plug4market_interest,
            # The buyer paid less than the goods: the marketplace pays the rest.
            "coupon": min(0.0, order.plug4market_difference),
        }
        names = [name for name, amount in parts.items() if amount and whole]
        totals = {}
        # Of two that come to the same, what leaves out less is the likelier.
        for count in range(len(names), 0, -1):
            for left_out in combinations(names, count):
                total = self.amount_total - sum(parts[name] for name in left_out)
                totals[self.currency_id.round(total)] = left_out
        return totals

    def _plug4market_explain_total(self, nfe):
        """Why the total of ``nfe`` is right although another; empty if it is not."""
        total = self.currency_id.round(float(nfe.total or 0))
        if not self.currency_id.compare_amounts(total, self.amount_total):
            return False
        if nfe.access_key == self.plug4market_nfe_right_key:
            return self.env._(
                "%(user)s found the NF-e right, with its total of %(total)s.",
                user=self.plug4market_nfe_right_by_id.name,
                total=self.currency_id.format(total),
            )
        left_out = self._plug4market_legal_totals().get(total)
        with_taxes = self.currency_id.round(float(nfe.total_with_taxes or 0))
        if not left_out and with_taxes == self.amount_total:
            left_out = ("taxes",)
        return left_out and explain_legal_total(self.env, left_out)

    def action_plug4market_nfe_right(self):
        """Keep that a person found the note right; it then goes on its way.

        :raise UserError: when there is nothing about its total to be found right
        """
        self.ensure_one()
        self.env["res.users"]._plug4market_check_role()
        self.check_access("read")
        if not self.plug4market_nfe_total_differs:
            raise UserError(
                self.env._(
                    "The total of the NF-e asks nothing of %s.", self.display_name
                )
            )
        move = self.sudo()
        move.write(
            {
                "plug4market_nfe_right_key": move.plug4market_nfe_access_key,
                "plug4market_nfe_right_by_id": self.env.user.id,
                "plug4market_nfe_right_at": fields.Datetime.now(),
            }
        )
        move.message_post(
            body=self.env._(
                "%(user)s found the NF-e %(number)s right: its total is another than "
                "the invoice's.",
                user=self.env.user.name,
                number=move.plug4market_nfe_number,
            )
        )
        move._plug4market_announce_nfe()
        move._plug4market_report_nfe()
