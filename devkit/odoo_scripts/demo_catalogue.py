"""Fill a new demo database with a small catalogue (run by `odoo shell`).

Products are found by their SKU, so that running it twice makes nothing twice.
"""
# ruff: noqa: F821  (`env` is given by `odoo shell`)

import base64
import io

from PIL import Image, ImageDraw

from odoo.fields import Command

CATALOGUE = [
    # SKU, name, price, cost, weight in kg, width x height x length in cm, stock
    ("CAN-325", "Caneca de cerâmica 325 ml", 39.9, 14, 0.35, (12, 10, 9), 120),
    ("GAR-750", "Garrafa térmica inox 750 ml", 119.9, 52, 0.48, (8, 28, 8), 45),
    ("MOC-20L", "Mochila urbana 20 litros", 189.9, 80, 0.9, (32, 45, 16), 18),
    ("LUM-LED", "Luminária de mesa LED bivolt", 149.9, 61, 1.2, (16, 42, 16), 9),
    ("CAD-A5", "Caderno pontilhado A5", 34.9, 11, 0.32, (15, 21, 2), 200),
]
SHIRT = ("CAM", "Camiseta de algodão", 69.9, 24, 0.2, (25, 3, 30), 30)
# Category, and its number in the hub's own tree, which Mercado Livre goes by.
CATEGORIES = {
    "Casa e decoração": "5d420c000000000000000001",
    "Moda": "5d420c00000000000000000f",
}
COLOURS = {"Preto": "PRT", "Branco": "BRC", "Azul": "AZL"}
SIZES = ("P", "M", "G")
DESCRIPTION = (
    "{name}. Produto de demonstração, embalado em caixa própria e enviado em até um "
    "dia útil. Garantia de três meses contra defeitos de fabricação."
)
PALETTE = ("#714b67", "#1f7a8c", "#bf6900", "#386641", "#6d597a", "#2b2d42")


def ean13(number):
    """Return a valid EAN-13 in Brazil's range (789)."""
    digits = f"7890000{number:05d}"
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def picture(text, colour):
    """Draw a square with the product's initials."""
    image = Image.new("RGB", (600, 600), colour)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((60, 60, 540, 540), radius=48, outline="white", width=10)
    draw.text((300, 300), text, fill="white", anchor="mm", font_size=150)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue())


def category(name):
    """Return the store's category of that name."""
    categories = env["product.category"]
    return categories.search([("name", "=", name)], limit=1) or categories.create(
        {"name": name, "plug4market_category_uid": CATEGORIES[name]}
    )


def template_values(row, colour):
    """Return the values that a template has, whether with variants or without."""
    sku, name, price, cost, weight, _size, _stock = row
    return {
        "name": name,
        "type": "consu",
        "categ_id": category("Moda" if row is SHIRT else "Casa e decoração").id,
        "is_storable": True,
        "list_price": price,
        "standard_price": cost,
        "weight": weight,
        "description_sale": DESCRIPTION.format(name=name),
        "image_1920": picture(sku[:3], colour),
        "plug4market_enabled": True,
        "plug4market_brand": "Loja Demonstração",
    }


def variant_values(row, sku, number):
    """Return the values that each SKU has for itself."""
    _sku, _name, _price, cost, weight, (width, height, length), _stock = row
    return {
        "default_code": sku,
        "barcode": ean13(number),
        "standard_price": cost,
        "weight": weight,
        "plug4market_width": width,
        "plug4market_height": height,
        "plug4market_length": length,
    }


def attribute_line(name, values):
    """Return a command that gives a template an attribute with these values."""
    attribute = env["product.attribute"].search([("name", "=", name)], limit=1)
    attribute = attribute or attribute.create({"name": name})
    found = attribute.value_ids.filtered(lambda value: value.name in values)
    missing = [value for value in values if value not in found.mapped("name")]
    found += found.create([{"name": v, "attribute_id": attribute.id} for v in missing])
    return Command.create(
        {"attribute_id": attribute.id, "value_ids": [Command.set(found.ids)]}
    )


def stock(product, quantity):
    """Set what lies in the first warehouse."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    env["stock.quant"].with_context(inventory_mode=True).create(
        {
            "product_id": product.id,
            "location_id": warehouse.lot_stock_id.id,
            "inventory_quantity": quantity,
        }
    ).action_apply_inventory()


def create_simple(number, row):
    """Create a template with one SKU."""
    template = env["product.template"].create(
        template_values(row, PALETTE[number % len(PALETTE)])
    )
    template.product_variant_id.write(variant_values(row, row[0], number))
    stock(template.product_variant_id, row[-1])


def create_shirt(number):
    """Create the template with a variant for each colour and size."""
    template = env["product.template"].create(
        {
            **template_values(SHIRT, PALETTE[-1]),
            "attribute_line_ids": [
                attribute_line("Cor", tuple(COLOURS)),
                attribute_line("Tamanho", SIZES),
            ],
        }
    )
    for position, product in enumerate(template.product_variant_ids):
        names = product.product_template_attribute_value_ids.mapped("name")
        colour = next(code for name, code in COLOURS.items() if name in names)
        size = next(size for size in SIZES if size in names)
        sku = f"{SHIRT[0]}-{colour}-{size}"
        product.write(variant_values(SHIRT, sku, number + position))
        stock(product, SHIRT[-1] + position)


def known(sku):
    """Return whether a product has this SKU."""
    return bool(env["product.product"].search_count([("default_code", "=", sku)]))


for number, row in enumerate(CATALOGUE, start=1):
    if not known(row[0]):
        create_simple(number, row)
if not known("CAM-PRT-P"):
    create_shirt(len(CATALOGUE) + 1)
env.cr.commit()
