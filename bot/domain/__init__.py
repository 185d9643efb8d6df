"""Rules: pure functions on plain values. No database, no network, no clock, no texts."""
