"""The warehouse: raw tables in, then the models of sql/, each after those it reads.

The only room that imports duckdb.
"""

from mirror.warehouse.computed import Computed
from mirror.warehouse.opening import changes_beside, create, open_built, remove
from mirror.warehouse.warehouse import LAYERS, STAGED, Warehouse, model_files

__all__ = [
    "LAYERS",
    "STAGED",
    "Computed",
    "Warehouse",
    "changes_beside",
    "create",
    "model_files",
    "open_built",
    "remove",
]
