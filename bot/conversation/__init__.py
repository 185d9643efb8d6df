"""What a handler is written with."""
