"""The least that brings the hub's orders into an Odoo without the connector.

It knows beforehand what an importer has to find out: that every buyer is new, that
every SKU has a product, that the total is right.
"""

PARTY_FIELDS = {
    "zipCode": "zip",
    "street": "street_name",
    "streetNumber": "street_number",
    "streetComplement": "street_number2",
    "district": "street2",
    "phone": "phone",
}


def import_plainly(env, hub_orders):
    """Create and confirm sale orders, and their buyers and addresses, in batch."""
    places = Places(env, hub_orders)
    buyers = env["res.partner"].create(
        [buyer_values(env, places, order["billing"]) for order in hub_orders]
    )
    addresses = env["res.partner"].create(
        [
            {
                "name": order["shipping"]["recipientName"],
                "type": "delivery",
                "parent_id": buyer.id,
                **places.address(order["shipping"]),
            }
            for order, buyer in zip(hub_orders, buyers, strict=True)
        ]
    )
    skus = {item["sku"] for order in hub_orders for item in order["orderItems"]}
    products = env["product.product"].search([("default_code", "in", sorted(skus))])
    by_sku = {product.default_code: product for product in products}
    # The connector has a product of this reference as well.
    freight = env["product.product"].search([("default_code", "=", "FRETE")], limit=1)
    orders = env["sale.order"].create(
        [
            {
                "partner_id": buyer.id,
                "partner_invoice_id": buyer.id,
                "partner_shipping_id": address.id,
                "client_order_ref": order["saleChannelOrderId"],
                "order_line": [
                    *(line_values(by_sku[i["sku"]], i) for i in order["orderItems"]),
                    freight_values(freight, order["shippingCost"]),
                ],
            }
            for order, buyer, address in zip(hub_orders, buyers, addresses, strict=True)
        ]
    )
    orders.action_confirm()
    return orders


def buyer_values(env, places, party):
    return {
        "name": party["name"],
        "email": party["email"],
        "vat": party["documentId"],
        "l10n_latam_identification_type_id": env.ref("l10n_br.cpf").id,
        **places.address(party),
    }


def line_values(product, item):
    return (
        0,
        0,
        {
            "product_id": product.id,
            "name": item["name"],
            "product_uom_qty": item["quantity"],
            "price_unit": item["price"],
            "tax_ids": [(6, 0, product.taxes_id.ids)],
        },
    )


def freight_values(product, amount):
    values = {"product_id": product.id, "price_unit": amount, "tax_ids": [(5,)]}
    return (0, 0, values)


class Places:
    """The states and cities of a batch, read in two queries."""

    def __init__(self, env, hub_orders):
        self.brazil = env.ref("base.br")
        states = env["res.country.state"].search([("country_id", "=", self.brazil.id)])
        self.states = {state.code: state for state in states}
        names = {
            order[p]["city"] for order in hub_orders for p in ("billing", "shipping")
        }
        cities = env["res.city"].search([("name", "in", sorted(names))])
        self.cities = {(city.state_id, city.name): city for city in cities}

    def address(self, party):
        state = self.states[party["state"]]
        return {
            "country_id": self.brazil.id,
            "state_id": state.id,
            "city_id": self.cities[state, party["city"]].id,
            "city": party["city"],
            **{ours: party[theirs] for theirs, ours in PARTY_FIELDS.items()},
        }
