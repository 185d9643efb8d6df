"""Ambassadors write to their club, coordinators to the network."""
