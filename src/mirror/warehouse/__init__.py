"""The warehouse: raw tables in, then the models of sql/, each after those it reads.

The only room that imports duckdb.
"""

from mirror.warehouse.computed import Computed
from mirror.warehouse.opening import (
    can_be_opened,
    changes_beside,
    create,
    is_same,
    open_built,
    remove,
)
from mirror.warehouse.warehouse import LAYERS, STAGED, Warehouse, model_files

__all__ = [
    "LAYERS",
    "STAGED",
    "Computed",
    "Warehouse",
    "can_be_opened",
    "changes_beside",
    "create",
    "is_same",
    "model_files",
    "open_built",
    "remove",
]
