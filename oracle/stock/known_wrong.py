"""Steps after which the connector is wrong today, and why; empty when all is well."""

KNOWN_WRONG: dict[str, str] = {}
