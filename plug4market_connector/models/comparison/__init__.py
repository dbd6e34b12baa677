from . import plug4market_comparison
from . import plug4market_comparison_match
from . import plug4market_comparison_line
from . import plug4market_comparison_product
from . import product_product
