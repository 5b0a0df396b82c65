"""The warehouse: raw tables in, then the models of sql/, each after those it reads.

The only room that imports duckdb.
"""

from mirror.warehouse.computed import Computed
from mirror.warehouse.warehouse import Warehouse, create, model_files, open_built

__all__ = ["Computed", "Warehouse", "create", "model_files", "open_built"]
