"""How many units of a product may be offered: arithmetic on numbers alone.

Units are those of each product's own unit of measure, and may have a fraction.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

# What one unit of a kit is made of: {component id: units of the component}.
Kit = Mapping[int, float]


def free_units(on_hand: float, outgoing: float, quoted: float, buffer: float) -> float:
    """Units that nothing asks for, less the buffer; below zero when more is asked for.

    :param outgoing: units of all open outgoing demand, reserved or not
    :param quoted: units that imported quotations will ask for
    :param buffer: units that are never offered
    """
    # A buffer below zero, from before it was refused, offers nothing that is not there.
    return on_hand - outgoing - quoted - max(0, buffer)


def kit_units(kit: Kit, free: Mapping[int, float]) -> float:
    """Units of a kit that its scarcest component allows.

    :param free: free units of each component, by its id
    """
    return min(free[part] / per_unit for part, per_unit in kit.items())


def offered_units(free: float) -> int:
    """Whole units of ``free`` ones that may be offered; never below zero."""
    return max(0, math.floor(free))


def quoted_units(
    sold: Iterable[tuple[int, float]], kits: Mapping[int, Kit]
) -> dict[int, float]:
    """Units that quotations take of each product: of a kit, its components.

    :param sold: the id of each product that was quoted, and its units
    """
    quoted: dict[int, float] = defaultdict(float)
    for product, units in sold:
        for part, per_unit in kits.get(product, {product: 1.0}).items():
            quoted[part] += units * per_unit
    return dict(quoted)
