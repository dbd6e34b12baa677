from . import plug4market_order_event
from . import plug4market_order_event_claim
from . import plug4market_event_worker
from . import plug4market_event_poll
from . import plug4market_marketplace_mixin
from . import sale_order
