"""The demonstration: an invented network, somebody's shoes, and a clock that can be moved."""
