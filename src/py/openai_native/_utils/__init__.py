"""Small typing helpers; importing them costs nothing that the standard library has not paid."""

from typing import TYPE_CHECKING

from .._lazy import forwarded
from ._datetime_parse import parse_date as parse_date
from ._datetime_parse import parse_datetime as parse_datetime
from ._path import path_template as path_template
from ._reflection import assert_signatures_in_sync as assert_signatures_in_sync
from ._reflection import function_has_argument as function_has_argument
from ._transform import PropertyInfo as PropertyInfo
from ._transform import respelled as respelled
from ._typing import extract_type_arg as extract_type_arg
from ._typing import extract_type_var_from_base as extract_type_var_from_base
from ._typing import get_args as get_args
from ._typing import get_origin as get_origin
from ._typing import is_annotated_type as is_annotated_type
from ._typing import is_iterable_type as is_iterable_type
from ._typing import is_list_type as is_list_type
from ._typing import is_literal_type as is_literal_type
from ._typing import is_required_type as is_required_type
from ._typing import is_sequence_type as is_sequence_type
from ._typing import is_type_alias_type as is_type_alias_type
from ._typing import is_typeddict as is_typeddict
from ._typing import is_union as is_union
from ._typing import is_union_type as is_union_type
from ._typing import strip_annotated_type as strip_annotated_type
from ._utils import VALUES
from ._utils import is_dict as is_dict
from ._utils import is_given as is_given
from ._utils import is_list as is_list
from ._utils import is_mapping as is_mapping
from ._utils import lru_cache as lru_cache

# Our own code does without these.
if not TYPE_CHECKING:
    __getattr__ = forwarded(
        __name__,
        {
            "._files": "file_from_path",
            "._utils._extract": "extract_files",
            "._utils._logs": "SensitiveHeadersFilter",
            "._utils._params": "async_maybe_transform async_transform maybe_transform transform",
            "._utils._proxy": "LazyProxy",
            "._utils._required": "required_args",
            "._utils._streams": "consume_async_iterator consume_sync_iterator",
            "._utils._sync": "asyncify",
            "._utils._typing": "is_not_required_type is_typevar",
            "._utils._values": VALUES,
        },
    )
