"""What the pre-flight finds in a file, for an order that the plain note fits."""

from datetime import timedelta

import nfe

from simulator.nfe import DEFAULTS

ISSUED = DEFAULTS["date"]


def codes_of(content, **changes):
    """The codes of the findings; ``changes`` are to what is known of the order."""
    expected = {
        "store_document": DEFAULTS["issuer"],
        "buyer_documents": [DEFAULTS["recipient"]],
        "order_total": DEFAULTS["total"],
        "approved_at": ISSUED - timedelta(hours=1),
        "now": ISSUED + timedelta(hours=1),
        **changes,
    }
    document = nfe.NfeDocument.from_xml(content)
    return [finding.code for finding in nfe.pre_flight(document, **expected)]
