"""A service on loopback that behaves as UN Comtrade does, over a generated world."""
