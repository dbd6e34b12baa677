from . import plug4market_announcement
from . import plug4market_announcement_adoption
from . import plug4market_category
from . import plug4market_category_mapping
from . import product_category
from . import product_product
from . import product_template
from . import res_company
