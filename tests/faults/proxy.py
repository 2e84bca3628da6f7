"""A TCP proxy that can fall silent: it swallows every byte of the connections it has, and keeps them open."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading


@dataclasses.dataclass
class Line:
    """One connection through the proxy."""

    here: socket.socket
    there: socket.socket
    silent: bool = False
    open: bool = True


class Proxy:
    """Passes bytes between a port of its own and `target`, another port. Use it with `with`."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.lines: list[Line] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]

    def __enter__(self) -> Proxy:
        self._threads[0].start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for end in [self._listener, *(end for line in self.lines for end in (line.here, line.there))]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join()

    def silence(self) -> int:
        """Swallow the bytes of all connections there are, in both directions; returns how many there are."""
        silenced = [line for line in self.lines if line.open and not line.silent]
        for line in silenced:
            line.silent = True
        return len(silenced)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _address = self._listener.accept()
                line = Line(here, socket.create_connection(("127.0.0.1", self.target)))
                self.lines.append(line)
                for ends in ((line.here, line.there), (line.there, line.here)):
                    self._threads.append(threading.Thread(target=self._pass, args=[line, *ends]))
                    self._threads[-1].start()

    def _pass(self, line: Line, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not line.silent:
                    sink.sendall(data)
        if not line.silent:  # of a silent line even the end goes unheard
            line.open = False
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)
