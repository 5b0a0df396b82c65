"""What SQL cannot say well: margins, noise, linear programs, Monte Carlo; polars in and out."""

from mirror.method.estimate import Estimate, estimate
from mirror.method.margins import Default, Fit, fit, predict

__all__ = ["Default", "Estimate", "Fit", "estimate", "fit", "predict"]
