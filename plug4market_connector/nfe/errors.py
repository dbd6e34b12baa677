"""Why a file is not an NF-e."""

REASONS = (
    "empty",
    "too_large",
    "pdf",
    "not_xml",
    "doctype",
    "not_nfe_proc",
    "no_access_key",
    "cancellation",
    "cancellation_unregistered",
    "event",
    "archive_damaged",
    "archive_encrypted",
    "archive_too_large",
    "archive_nested",
    "archive_empty",
    "archive_unknown",
)


class NotAnNfe(ValueError):
    """The file is no NF-e; ``reason`` is one of REASONS, for a translated sentence.

    ``events``: the NfeEvents that the file holds instead.
    """

    def __init__(self, reason, message, events=()):
        super().__init__(message)
        self.reason = reason
        self.events = tuple(events)
