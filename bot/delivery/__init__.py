"""What happens when nobody waits in a handler: acting on the inbox, sending notices, ticking, long work."""
