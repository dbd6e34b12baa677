"""What a compute may show that reads as superuser."""


def readable(records):
    """``records`` as superuser, as far as they are saved and the user may read them.

    To an onchange the caller gives any ids he likes, on a record that is not saved:
    whoever follows them as superuser shows him the records of other companies.
    """
    allowed = records._origin.sudo(False)._filtered_access("read")
    return allowed.sudo()
