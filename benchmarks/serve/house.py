"""``auditor serve`` as a process, and clerks who use it over the network."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from benchmarks.measuring import ENVIRONMENT

_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class House:
    """A running page; ``port`` stays the same over restarts."""

    def __init__(self, data: Path, jobs: int) -> None:
        self.data, self._jobs = data, jobs
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [sys.executable, "-m", "auditor", "serve", "--data", str(self.data), "--no-browser",
                   "--port", str(self.port), "--jobs", str(self._jobs)]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
            start_new_session=True,
        )  # fmt: skip
        for _n in range(600):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.05)
        message = "the page did not come up"
        raise RuntimeError(message)

    def kill(self) -> None:
        """Ends it and its workers as a power failure does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Clerk:
    """Someone with a browser."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.client = httpx2.Client(base_url=house.address, timeout=60)

    def upload(self, files: list[Path]) -> str | None:
        """Hands files in; the confirmed link, None where it was not confirmed."""
        try:
            token = _TOKEN.search(self.client.get("/").text)
            assert token is not None
            parts = [("files", (file.name, file.read_bytes())) for file in files]
            answer = self.client.post("/upload", data={"token": token[1]}, files=parts)
        except httpx2.HTTPError:
            return None
        return answer.headers["location"] if answer.status_code == 303 else None

    def page(self, link: str) -> tuple[float, str]:
        """How long a page took, and what it said."""
        began = time.perf_counter()
        text = self.client.get(link).text
        return time.perf_counter() - began, text


def audited(text: str) -> bool:
    """Whether a page tells a result and nothing is under way."""
    return "sse-swap" not in text and 'id="verdict"' in text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
