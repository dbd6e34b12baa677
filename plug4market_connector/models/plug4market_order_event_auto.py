from odoo import api, models


class Plug4marketOrderEvent(models.Model):
    """Rows that nobody clicked for."""

    _inherit = "plug4market.order.event"

    @api.model
    def _enqueue_once(self, values_list):
        """Queue in this transaction what is not queued yet, one row an order and kind.

        A row that waits says from now on what is known now; one that failed is tried
        again, as something of it was put right. What a person chose to ignore stays
        ignored.
        """
        known = self._find_unsettled(values_list)
        new = []
        for values in values_list:
            events = known.get((values["order_id"], values["kind"]))
            if not events:
                new.append(values)
            elif open_event := events.filtered(lambda e: e.state != "ignored")[:1]:
                open_event._say_now(values)
        if new:
            self._enqueue(new)

    @api.model
    def _find_unsettled(self, values_list):
        """Rows of these orders and kinds that wait for the hub or for a person."""
        return (
            self.sudo()
            .search(
                [
                    ("order_id", "in", [values["order_id"] for values in values_list]),
                    ("kind", "in", [values["kind"] for values in values_list]),
                    "|",
                    ("state", "in", ["pending", "failed"]),
                    ("ignored_by_id", "!=", False),
                ],
                order="state DESC, id",
            )
            .grouped(lambda event: (event.order_id.id, event.kind))
        )

    def _say_now(self, values):
        """Let this row say what ``values`` do, unless it is being said right now."""
        if self.lease_until:
            return
        said = {name: values.get(name, False) for name in ("move_id", "payload")}
        self.write(said)
        if self.state == "failed":
            self._bring_forward()
            self._wake_worker()
