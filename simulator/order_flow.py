"""The statuses of an order, who may change them, and the notice of each change.

The flow is named by all sources (section 7.4); what the hub refuses on the way is a
GUESS (sections 11.2 and 11.3).
"""

from .errors import HubError
from .state import Hub, Order

NEW = "NEW"
CREATED = "CREATED"
APPROVED = "APPROVED"
INVOICED = "INVOICED"
SHIPPED = "SHIPPED"
COMPLETED = "COMPLETED"
CANCELED = "CANCELED"
STATUSES = (NEW, CREATED, APPROVED, INVOICED, SHIPPED, COMPLETED, CANCELED)
PAID = (APPROVED, INVOICED, SHIPPED, COMPLETED)
# GUESS (section 11.4): only 2 is seen in samples.
STATUS_BY_NUMBER = dict(
    enumerate((CREATED, APPROVED, INVOICED, SHIPPED, COMPLETED, CANCELED), start=1)
)


def history_to(status: str) -> list[str]:
    """Return the statuses an order has passed when it is born in this one."""
    if status in (NEW, CREATED):
        return [status]
    if status == CANCELED:
        return [CREATED, CANCELED]
    return [CREATED, *PAID[: PAID.index(status) + 1]]


def set_status(hub: Hub, order: Order, status: str) -> None:
    """Change the status whatever it was, and tell the webhook."""
    now = hub.now()
    order.detail["status"] = status
    order.detail["statusUpdateDate"].append({"status": status, "updateDate": now})
    order.detail["updatedAt"] = now
    if status == COMPLETED and not order.detail["deliveredAt"]:
        order.detail["deliveredAt"] = now
    hub.touch()
    notify(hub, order)


def advance(hub: Hub, order: Order, *, source: str, target: str, action: str) -> bool:
    """Move an order on, or refuse; say whether it had been done before."""
    if order.status == target:
        if hub.faults.refuse_repeat:
            raise HubError(400, f"Pedido já está com status {target}")
        return True
    if order.status != source:
        raise HubError(
            400, f"Não é possível {action} um pedido com status {order.status}"
        )
    return False


def notify(hub: Hub, order: Order, times: int = 1) -> None:
    """Send the notice of section 8 to the address registered for the store."""
    url = hub.settings.webhook_url_of(order.store_cnpj)
    if not url:
        return
    order_id = order.id.upper() if hub.faults.uppercase_ids else order.id
    # GUESS (section 13, line 38): NEW is never sent.
    status = CREATED if order.status == NEW else order.status
    payload = {
        "softwareHouseCnpj": hub.software_house.cnpj,
        "order": {
            "status": status,
            "orderId": order_id,
            "storeCnpj": order.store_cnpj,
        },
        "webhookName": hub.settings.webhook_name,
        "id": hub.software_house.webhook_id,
        "resourceUrl": f"{hub.public_url}/orders/{order_id}",
    }
    if hub.faults.webhook_lost.take():
        hub.webhooks.lose(url, payload)
        return
    hub.webhooks.send(
        url,
        payload,
        times=times * hub.faults.webhook_times,
        hold=hub.faults.webhook_reorder_seconds,
    )
