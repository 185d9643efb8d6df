"""Why something was not backed up or restored."""


class Hindered(Exception):
    """One clear sentence for whoever runs the command. Nothing half-done is left behind."""
