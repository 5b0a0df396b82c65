"""What SQL cannot say well: margins, routes, honest noise against hiding; polars in and out."""

from mirror.method.estimate import Estimate, estimate
from mirror.method.margins import Default, Fit, fit, predict

__all__ = ["Default", "Estimate", "Fit", "estimate", "fit", "predict"]
