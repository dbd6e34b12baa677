"""An order as the hub sends it, with every field of docs/hub-api.md 7.3."""

UID = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"

BILLING = {
    "name": "Maria da Conceição",
    "email": "maria@example.com",
    "documentId": "52998224725",
    "street": "Rua das Flores",
    "streetNumber": "123",
    "streetComplement": "ap 4",
    "district": "Centro",
    "city": "Maringá",
    "state": "PR",
    "country": "BR",
    "zipCode": "87000000",
    "phone": "44999999999",
    "gender": None,
    "dateOfBirth": None,
    "taxPayer": False,
    "stateRegistrationId": "ISENTO",
    "ibge": "4115200",
}

ITEM = {
    "orderItemId": "901",
    "productId": "100",
    "sku": "ABC-1",
    "customId": "C-1",
    "name": "Luminária",
    "mainImage": "https://example.com/a.jpg",
    "quantity": 2,
    "price": 50,
    "originalPrice": 60,
    "salePrice": None,
    "discount": 20,
    "unitDiscount": 10,
    "freight": 7.5,
    "total": 100,
    "originalTotal": 120,
}

ORDER = {
    "id": UID,
    "orderId": 4711,
    "orderIdStore": None,
    "orderIdSeller": None,
    "orderIdCustom": None,
    "saleChannel": "7",
    "saleChannelName": "Mercado Livre",
    "saleChannelOrderId": "2000001234567890",
    "saleChannelCreated": "2026-11-20T11:59:00.000-04:00",
    "integratedSaleChannelStatus": True,
    "orderType": 0,
    "status": "APPROVED",
    "statusUpdateDate": [
        {"status": "CREATED", "updateDate": "2026-11-20T16:00:00.000Z"},
        {"status": "APPROVED", "updateDate": None},
    ],
    "createdAt": "2026-11-20T16:00:00.123Z",
    "updatedAt": "2026-11-20T16:05:00Z",
    "deliveredAt": None,
    "estimatedDeliveredAt": "2026-11-30",
    "estimatedHandlingLimit": "2026-11-23T03:00:00.000Z",
    "totalAmount": 116.23,
    "totalCommission": 17.44,
    "shippingCost": 15,
    "interest": 1.23,
    "note": "Deixar na portaria",
    "billing": BILLING,
    "shipping": {
        **{key: BILLING[key] for key in ("street", "streetNumber", "city", "state")},
        "recipientName": "João",
        "zipCode": "87000000",
        "shippingCost": 15,
    },
    "orderItems": [ITEM],
    "paymentMethods": [
        {
            "method": "Pix",
            "value": 116.23,
            "installments": 1,
            "sequential": 1,
            "cardBrand": None,
            "authorization": None,
        }
    ],
    "invoice": None,
    "shipment": None,
}

HEADER = {
    "id": UID,
    "saleChannelOrderId": "2000001234567890",
    "orderIdStore": None,
    "status": "APPROVED",
    "saleChannelId": "7",
    "orderSaleChannelId": "7",
    "orderType": 0,
    "amount": 129.9,
    "integratedStore": False,
    "createdAt": "2026-11-20T16:00:00.000Z",
    "updatedAt": "2026-11-20T16:05:00.000Z",
    "note": None,
}


def page(*headers, page=1, total_pages=1):
    """Return an answer of ``GET /orders``."""
    return {
        "data": list(headers),
        "links": {"first": "", "previous": "", "next": "", "last": ""},
        "meta": {
            "totalItems": len(headers),
            "itemsPerPage": 100,
            "itemCount": len(headers),
            "totalPages": total_pages,
            "currentPage": page,
        },
    }
