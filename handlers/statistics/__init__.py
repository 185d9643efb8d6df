"""Coordinators look at the network in numbers."""
