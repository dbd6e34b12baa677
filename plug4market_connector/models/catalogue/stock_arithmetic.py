"""How many units of a product may be offered: arithmetic on numbers alone.

Units are those of each product's own unit of measure, and may have a fraction. What
computes a number explains it: a ``Stock`` is made of all that it came from.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

# What one unit of a kit is made of: {component id: units of the component}.
Kit = Mapping[int, float]


class Units(NamedTuple):
    """The units of one product that there are, and what keeps some from being offered.

    :param on_hand: units in the warehouses that are for sale
    :param expired: those of them that are past their removal date and that no outgoing
        demand holds
    :param outgoing: units of all open outgoing demand, reserved or not
    :param quoted: units that imported quotations will ask for
    :param buffer: units that are never offered
    """

    on_hand: float = 0.0
    expired: float = 0.0
    outgoing: float = 0.0
    quoted: float = 0.0
    buffer: float = 0.0

    @property
    def taken(self) -> dict[str, float]:
        """What is taken off the units on hand, by its name, in the order of telling."""
        return {
            # More taken out of a lot than was in it makes no other units fresh.
            "expired": max(0.0, self.expired),
            "outgoing": self.outgoing,
            "quoted": self.quoted,
            # One below zero, from before it was refused, offers nothing that is not
            # there.
            "buffer": max(0.0, self.buffer),
        }

    @property
    def free(self) -> float:
        """Units that nothing asks for; below zero when more is asked for."""
        return self.on_hand - sum(self.taken.values())


class Stock(NamedTuple):
    """The units of a SKU that may be offered, and what they came from.

    :param own: the units of the product itself, which count unless it is a kit
    :param kit: what one unit of it is made of; empty when it is no kit
    :param components: the units of each component of the kit
    """

    own: Units = Units()
    kit: Kit = MappingProxyType({})
    components: Mapping[int, Units] = MappingProxyType({})

    @property
    def free(self) -> float:
        """Units that nothing asks for; of a kit what its scarcest component allows."""
        return min(self.allowed.values()) if self.kit else self.own.free

    @property
    def offered(self) -> int:
        """Whole units that may be offered; never below zero."""
        return offered_units(self.free)

    @property
    def allowed(self) -> dict[int, float]:
        """Units of the kit that each of its components allows."""
        return {
            part: self.components[part].free / per_unit
            for part, per_unit in self.kit.items()
        }

    @property
    def scarcest(self) -> set[int]:
        """The components that allow no more units of the kit than there are."""
        allowed = self.allowed
        return {part for part in allowed if allowed[part] == min(allowed.values())}


def offered_units(free: float) -> int:
    """Whole units of ``free`` ones that may be offered; never below zero.

    Three tenths of a kilogram are three times a tenth, whatever binary fractions say.
    """
    return max(0, math.floor(round(free, 6)))


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


def expired_units(
    expired: Mapping[int, float], held: Iterable[tuple[int, float, float]]
) -> dict[int, float]:
    """Expired units of each product that no outgoing demand counts already.

    :param expired: units of each product that are past their removal date
    :param held: of each outgoing move the id of its product, its demand, and what it
        has reserved of expired units, which may be more than it asks for
    """
    left: dict[int, float] = dict(expired)
    for product, demand, reserved in held:
        left[product] = left.get(product, 0.0) - min(demand, reserved)
    return left
