"""Segments: coordinators choose groups of people by conditions, save them under a name, and write to them."""
