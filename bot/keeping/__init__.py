"""Backups: made while the bot runs, encrypted for a key that is not on the server, restored into an empty database."""
