"""What makes no sense is refused where it is typed, with a sentence."""

from odoo.exceptions import ValidationError


def refuse_negative(records, *names):
    """Let none of the fields ``names`` be less than zero; zero means empty.

    :raise ValidationError: that names the first one that is
    """
    for record in records:
        for name in names:
            if record[name] < 0:
                raise ValidationError(
                    record.env._(
                        "%(record)s: %(field)s cannot be less than zero. Correct it or "
                        "leave it empty.",
                        record=record.display_name,
                        field=record._fields[name]._description_string(record.env),
                    )
                )


def refuse_reversed(records, start, end):
    """Let no promotion end before it starts; either date may be missing.

    :raise ValidationError: that names the first record whose does
    """
    for record in records:
        if record[start] and record[end] and record[end] <= record[start]:
            raise ValidationError(
                record.env._(
                    "%(record)s: the promotion ends before it starts. Correct its "
                    "dates.",
                    record=record.display_name,
                )
            )
