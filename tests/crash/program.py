"""The program under test: real processes of `python -m bot run`, killed and started again."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass, field

from tests.ports import find_free_port

SECRET_KEY = "crashes only, crashes only, crashes only"
WEBHOOK_SECRET = "secret_of_the_crash_test"


@dataclass
class Program:
    """One of the processes; its settings outlive it."""

    environment: dict[str, str]
    port: int = field(default_factory=find_free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env={**os.environ, **self.environment, "WEB_PORT": str(self.port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if "CRASH_LOG" not in os.environ else None,
        )

    def kill(self) -> None:
        """SIGKILL: nothing can be tidied up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    async def until_open(self, seconds: float = 60) -> None:
        """Wait until its web door takes connections."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                assert asyncio.get_running_loop().time() < deadline, "the program does not start"
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def environment_for(database: str, telegram: str, token: str, webhook: str | None) -> dict[str, str]:
    """The settings a process is started with."""
    given = {
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": database,
        "BOT_TOKEN": token,
        "TELEGRAM_API_URL": telegram,
        "MESSAGES_PER_SECOND": "1000",
        "LOG_LEVEL": "WARNING",
    }
    return given | ({"WEBHOOK_URL": webhook, "WEBHOOK_SECRET": WEBHOOK_SECRET} if webhook else {})
