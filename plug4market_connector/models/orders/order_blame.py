import re
from itertools import chain

from psycopg2 import IntegrityError

from odoo.exceptions import UserError

from ...transaction import in_halves

# What a refused foreign key is about, whatever the database's language:
# "Key (warehouse_id)=(7) is not present in table ..."
KEY_IN_DETAIL = re.compile(r"\((\w+)\)=\((.*?)\)")


class OrdersRefused(UserError):
    """A constraint refuses these of the orders that were written at once."""

    def __init__(self, error, uids):
        super().__init__(str(error))
        self.uids = uids


def split_by_blame(error, prepared):
    """Split what could not be created at once: the others, then each that is to blame.

    Halves are for errors that name nobody: to find one order by them takes as many
    failures as the batch can be halved.

    :param prepared: (hub id, values) of the orders
    """
    guilty = [order for order in prepared if _is_to_blame(error, *order)]
    if len(guilty) in (0, len(prepared)):
        return in_halves(error, prepared)
    others = [order for order in prepared if order not in guilty]
    return [others, *([order] for order in guilty)]


def _is_to_blame(error, uid, values):
    """Whether ``error`` speaks of the order with this hub id and these values."""
    if isinstance(error, OrdersRefused):
        return uid in error.uids
    if not isinstance(error, IntegrityError):
        return False
    # A row that is refused for itself is written out, the order's id among its columns.
    detail = error.diag.message_detail or ""
    if uid in detail:
        return True
    key = KEY_IN_DETAIL.search(detail)
    rows = chain([values], (command[2] for command in values["order_line"]))
    return bool(key) and any(str(row.get(key[1])) == key[2] for row in rows)


def validate_by_order(records, validate, order_of):
    """Call ``validate(records)``; of a batch of the hub's orders, say which it refuses.

    A constraint stops at the first record it refuses, and its text seldom says which
    that was. To ask it again for one order after the other is far cheaper than to
    create them again.

    :raise OrdersRefused: when some of several orders are refused
    """
    try:
        validate(records)
    except UserError as error:
        from_hub = records.env.context.get("plug4market_from_hub")
        orders = records.grouped(order_of) if from_hub else ()
        if len(orders) < 2:
            raise
        refused = {
            order.plug4market_order_uid
            for order, own in orders.items()
            if _refuses(validate, own)
        }
        if not refused:
            raise
        raise OrdersRefused(error, refused) from error


def _refuses(validate, records):
    try:
        validate(records)
    except UserError:
        return True
    return False
