from odoo import fields, models

from ...lease import held


class Plug4marketLeasedMixin(models.AbstractModel):
    """Rows that a worker claims, one at a time."""

    _name = "plug4market.leased.mixin"
    _description = "Plug4Market Work That Is Claimed"

    lease_id = fields.Many2one(
        "plug4market.lease",
        "Worked on by",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def _ours(self):
        """Those of these rows that this thread's worker may settle.

        Where another one has taken them over, it settles them. Outside of a worker a
        person acts, or a test.
        """
        lease = held()
        if not lease:
            return self
        return self.filtered(lambda row: row.lease_id.id == lease.id)
