#!/usr/bin/env python3
"""Tries ways out of a container, all at once, and says in JSON what each came to.

    probe.py '[["tcp", "192.0.2.1", 53, "token"], ["udp", …], ["lookup", "token.example"],
               ["dns", "192.0.2.1", 53, "token.example"]]'

A way that led nowhere is named by its error; "connected", "sent", an address or "answered" is what
it says where something went. That a datagram was sent does not mean that it arrived: only the other
end knows.
"""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 3


def tcp(host, port, token):
    with socket.create_connection((host, port), timeout=SECONDS) as sock:
        sock.sendall(token.encode())
    return "connected"


def datagram(host, port, payload):
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)[0]
    sock = socket.socket(family, kind, protocol)
    sock.settimeout(SECONDS)
    sock.connect(address)
    sock.send(payload)
    return sock


def udp(host, port, token):
    for _ in range(3):
        datagram(host, port, token.encode()).close()
    return "sent"


def lookup(name):
    return socket.getaddrinfo(name, None)[0][4][0]


def dns(server, port, name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    query = b"\x12\x34\x01\x00\x00\x01" + bytes(6) + labels + b"\x00\x00\x01\x00\x01"
    with datagram(server, port, query) as sock:
        answer = sock.recv(4096)
    refused, count = answer[3] & 15, int.from_bytes(answer[6:8], "big")
    return "answered" if count else f"no answer in it, code {refused}"


def attempt(one):
    name, *arguments = one
    try:
        return {"tcp": tcp, "udp": udp, "lookup": lookup, "dns": dns}[name](*arguments)
    except OSError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    attempts = json.loads(sys.argv[1])
    with ThreadPoolExecutor(max(1, len(attempts))) as pool:
        print(json.dumps(list(pool.map(attempt, attempts))))
