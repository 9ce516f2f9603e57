"""The official module path of names that live beside it."""

from __future__ import annotations

from ._datetime_parse import parse_date as parse_date
from ._datetime_parse import parse_datetime as parse_datetime
from ._typing import get_args as get_args
from ._typing import get_origin as get_origin
from ._typing import is_literal_type as is_literal_type
from ._typing import is_typeddict as is_typeddict
from ._typing import is_union as is_union
