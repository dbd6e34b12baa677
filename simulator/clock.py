"""Dates as the hub writes them."""

from datetime import datetime, timezone


def iso(moment: float) -> str:
    """Write a moment in ISO 8601 with milliseconds and Z (section 1)."""
    utc = datetime.fromtimestamp(moment, timezone.utc)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def parse(text: str) -> datetime:
    """Read a date with or without offset and milliseconds; without is UTC."""
    return aware(datetime.fromisoformat(text))


def aware(moment: datetime) -> datetime:
    """Take a moment without offset as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
