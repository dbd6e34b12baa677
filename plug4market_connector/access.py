"""What a compute may show that reads as superuser.

To an onchange the caller gives any values he likes, ids of records among them, on a
record that is not saved. Whoever follows them as superuser shows him the records of
other companies.
"""


def readable(records):
    """``records`` as superuser, as far as they are saved and the user may read them."""
    allowed = records._origin.sudo(False)._filtered_access("read")
    return allowed.sudo()


def known(record):
    """``record`` if it is saved, else what is saved of it and the user may read."""
    return record if record.id else readable(record)
