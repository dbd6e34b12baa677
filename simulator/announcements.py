"""Images and marketplace listings of a product (sections 5.7 and 5.8)."""

import base64
import binascii
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from .channels import CHANNELS
from .deps import HubDep, StoreDep
from .errors import HubError
from .products import find

router = APIRouter(tags=["produtos"])

ListingType = Literal["CLASSICO", "PREMIUM"]


class Image(BaseModel):
    base64Image: str


class Announcement(BaseModel):
    sellerId: str
    listingType: ListingType
    sku: str
    description: str
    productName: str


class NewAnnouncements(BaseModel):
    saleChannel: int
    announcements: list[Announcement]


class AnnouncementKey(BaseModel):
    announcementId: str
    saleChannel: int
    sellerId: str
    listingType: ListingType


class AnnouncementChange(AnnouncementKey):
    description: str
    productName: str
    price: float | None = None


@router.post("/products/announcements", status_code=201)
async def create_announcements(
    body: NewAnnouncements, hub: HubDep, store: StoreDep
) -> list[dict[str, Any]]:
    """Create listings of SKUs that exist; all of them or none."""
    if body.saleChannel not in CHANNELS:
        raise HubError(400, "Canal de venda desconhecido")
    products = [find(store, announcement.sku) for announcement in body.announcements]
    created = []
    for product, announcement in zip(products, body.announcements, strict=True):
        listing = {
            "announcementId": hub.new_object_id(),
            "saleChannel": body.saleChannel,
            "productId": product["productId"],
            **announcement.model_dump(),
        }
        product["announcements"].append(listing)
        created.append(listing)
    hub.touch()
    return created


def find_listing(product: dict[str, Any], key: AnnouncementKey) -> dict[str, Any]:
    for listing in product["announcements"]:
        same = (listing["announcementId"], listing["saleChannel"])
        if same == (key.announcementId, key.saleChannel):
            return listing
    raise HubError(404, "Anúncio não encontrado")


@router.put("/products/{sku:path}/announcements")
async def update_announcement(
    sku: str, body: AnnouncementChange, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    listing = find_listing(find(store, sku), body)
    listing.update(body.model_dump(exclude_none=True))
    hub.touch()
    return listing


@router.delete("/products/{sku:path}/announcements")
async def delete_announcement(
    sku: str, body: AnnouncementKey, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Remove one listing; the body says which (section 5.1)."""
    product = find(store, sku)
    listing = find_listing(product, body)
    product["announcements"].remove(listing)
    hub.touch()
    return listing


@router.post("/products/{sku:path}/images", status_code=201)
async def add_image(
    sku: str, body: Image, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Add an image in bare base64, without a `data:` prefix (section 5.7)."""
    product = find(store, sku)
    try:
        base64.b64decode(body.base64Image, validate=True)
    except (binascii.Error, ValueError) as error:
        raise HubError(400, "base64Image deve ser base64 sem prefixo") from error
    # GUESS (section 5.7): the answer; the address is ours and leads nowhere.
    number = len(product["images"]) + 1
    product["images"].append(f"{hub.public_url}/static/imagens/{sku}/{number}.jpg")
    hub.touch()
    return {"sku": sku, "images": product["images"]}
