"""Coordinators ask many people, by surveys of their own."""
