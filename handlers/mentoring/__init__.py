"""Mentoring: offering it, looking for somebody, asking and being asked, being together, coming to an end."""
