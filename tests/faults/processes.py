"""Processes that a test starts, kills and ends; what is killed is restarted, as systemd would."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

RESTART_PAUSE = 1.0  # seconds from a death to the next start, as systemd's RestartSec
RESTART_LIMIT = 100  # starts of one service: one that cannot start must not try for ever
LEFT_LIMIT = 20.0  # seconds that what a killed process left behind may take to end by itself
END_LIMIT = 15.0  # seconds that a service may take to end in good order


def free_port() -> int:
    """Return a port nobody listens on, below those the kernel gives to outgoing connections.

    One of theirs could be taken while a killed server restarts.
    """
    while True:
        port = random.SystemRandom().randint(15_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def wait_until(check: Callable[[], object], limit: float, what: str, pause: float = 0.2) -> float:
    """Call `check` until it returns something true; returns the seconds it took. AssertionError after `limit` s."""
    started = time.monotonic()
    while not check():
        assert time.monotonic() - started < limit, f"{what}: not within {limit:.0f} s"
        time.sleep(pause)
    return time.monotonic() - started


class Service:
    """One long-running process with its own session, environment and log, restarted when it dies.

    `user`: whom it runs as, if not as who runs the tests. `owns_folder`: whatever works in `folder` belongs to it
    (PostgreSQL's backends leave the process group of their parent). `ending`: the signal that ends it in good order.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        user: str | None = None,
        owns_folder: bool = False,
        ending: signal.Signals = signal.SIGTERM,
    ) -> None:
        # Should the tests themselves be killed, the kernel ends the process with the thread that started it.
        become = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        self.command = ["setpriv", *become, "--pdeathsig=KILL", "--", *command]
        self.name, self.folder, self.log, self.environment = name, folder.resolve(), log, dict(environment)
        self.owns_folder, self.ending = owns_folder, ending
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._end = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"keeps {name}")

    def run(self) -> None:
        """Start it, and keep it running until `end`."""
        self._keeper.start()
        wait_until(self.runs, 5, f"start of {self.name}", pause=0.01)

    def end(self) -> None:
        """End it, in good order or else by force, with everything that belongs to it."""
        self._end.set()
        self._keeper.join()

    @property
    def pid(self) -> int:
        """The main process's id."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    def runs(self) -> bool:
        """Return whether the main process lives."""
        return self._process is not None and self._process.poll() is None

    def others(self) -> list[psutil.Process]:
        """Return every living process of it but the main one; also after the main one's death."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                of_it = process.cwd() == str(self.folder) if self.owns_folder else os.getpgid(process.pid) == self.pid
                if of_it and process.pid != self.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def kill_main(self) -> None:
        """SIGKILL the main process; the others notice by themselves."""
        os.kill(self.pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """SIGKILL the main process and all others of it in one moment."""
        others = self.others()
        self.kill_main()
        _kill(others)

    def _keep(self) -> None:
        self._start()
        while not self._end.wait(0.05):
            if not self.runs() and self.starts < RESTART_LIMIT:
                self._clear()
                if not self._end.wait(RESTART_PAUSE):
                    self._start()
        if self.runs():
            assert self._process is not None
            self._process.send_signal(self.ending)
            try:
                self._process.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                self.kill_all()
        self._clear()

    def _start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _clear(self) -> None:
        """After the main process's death: see that all others end."""
        assert self._process is not None
        self._process.wait()
        if not self.owns_folder:  # systemd kills what is left of a service's processes before it restarts it
            _kill(self.others())
        deadline = time.monotonic() + LEFT_LIMIT
        while left := self.others():
            if time.monotonic() > deadline:
                _kill(left)
            time.sleep(0.05)


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()  # psutil looks first whether the id is still this process's


def kill_one(candidates: Sequence[psutil.Process], dice: random.Random) -> None:
    """SIGKILL one of some processes. Raises psutil.NoSuchProcess if it is gone."""
    dice.choice(candidates).kill()
