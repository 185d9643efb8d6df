"""How fast and how large: figures for people who choose, printed by `make bench`. Never a test with a deadline."""
