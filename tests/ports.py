"""A port for a program that must be told one before it starts."""

import os
import random
import socket

# Below those that the system gives to outgoing connections: one of these could take it before the program does.
FIRST, A_WORKER = 20_000, 1_000


def find_free_port() -> int:
    """A port nobody listens on; each of pytest's workers has its own thousand."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
    first = FIRST + worker * A_WORKER
    for port in random.sample(range(first, first + A_WORKER), A_WORKER):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")
