"""What each step does in Odoo, as a person or the marketplace does it.

A function bears the name of its step and returns the products that it was about; None
when there was nothing to do it with. Each file is a story.
"""

from . import (
    channels,
    goods,
    kits,
    lots,
    orders,
    prices,
    products,
    store,
    units,
    variants,
)

STORIES = (
    *(goods, orders, store, products, variants, units),
    *(prices, channels, kits, lots),
)


def act(name):
    """The function that does this step."""
    return next(getattr(story, name) for story in STORIES if hasattr(story, name))
