"""Months of a life: a world whose truth is known, a service that tells it, and a referee."""
