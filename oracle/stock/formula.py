"""What the hub must have of every SKU, by plain loops over what Odoo stores.

Nothing is asked of Odoo's own arithmetic, nor of the connector: quants, moves,
quotations, bills of materials and pricelist rules are read and counted here.
"""

from datetime import datetime
from typing import Any, NamedTuple

from .formula_price import Channel, Prices, Promotion
from .formula_stock import Stock


class Offer(NamedTuple):
    """What the hub must have; of what is not on sale only the stock matters.

    ``channels``, by their numbers: None where nobody chose any in Odoo.
    """

    stock: int
    price: float
    active: bool
    promotion: Promotion | None = None
    channels: dict[int, Channel] | None = None


def offers(env: Any, company: Any, products: Any, now: datetime) -> dict[int, Offer]:
    """What the hub must have of these products of a company, by their ids."""
    stock, prices = Stock(env, company, now), Prices(env, company, now)
    return {
        product.id: (
            Offer(
                stock.offered(product),
                prices.price(product),
                True,
                prices.promotion(product),
                prices.channels(product),
            )
            if product.active and product.plug4market_enabled
            else Offer(0, 0.0, False)
        )
        for product in products.with_company(company)
    }
