#!/usr/bin/env python3
"""Keeps whatever comes to its ports, by TCP and by UDP, and answers nothing.

    sink.py FILE PORT...
"""

import socket
import sys
import threading

PIECE = 65536


class Sink:
    """Listens until the process ends. `port` 0 takes one that is free for both."""

    def __init__(self, host, port=0, file=None):
        self._tcp = socket.create_server((host, port), backlog=64)
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((host, self.port))
        self._file = file
        self._pieces = []
        for work in (self._accept, self._datagrams):
            threading.Thread(target=work, daemon=True).start()

    def received(self, token):
        return any(token.encode() in piece for piece in list(self._pieces))

    def _keep(self, piece):
        self._pieces.append(piece)
        if self._file:
            self._file.write(piece + b"\n")
            self._file.flush()

    def _datagrams(self):
        while True:
            self._keep(self._udp.recv(PIECE))

    def _accept(self):
        while True:
            threading.Thread(target=self._read, args=(self._tcp.accept()[0],), daemon=True).start()

    def _read(self, client):
        with client:
            try:
                while piece := client.recv(PIECE):
                    self._keep(piece)
            except OSError:
                pass


if __name__ == "__main__":
    with open(sys.argv[1], "ab") as kept:
        for number in sys.argv[2:]:
            Sink("0.0.0.0", int(number), kept)
        threading.Event().wait()
