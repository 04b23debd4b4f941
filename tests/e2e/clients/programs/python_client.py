"""httpx and aiohttp as a program of matrix.py: `python_client.py httpx|aiohttp`."""

import asyncio
import base64
import hashlib
import sys

FILLER = (b"nothing to see here, " * 50000)[:1 << 20]
SHOWN = 64 * 1024


async def upload(body):
    """The pieces of `@MIB,AT,TEXT`."""
    mib, at, text = body[1:].split(",", 2)
    for number in range(int(mib)):
        if number == int(at):
            yield text.encode()
        yield FILLER


async def with_httpx(requests):
    import httpx  # pylint: disable=import-outside-toplevel

    async with httpx.AsyncClient(timeout=300) as client:
        for method, url, body in requests:
            content = upload(body) if body.startswith("@") else body or None
            try:
                answer = await client.request(method, url, content=content)
                yield answer.status_code, answer.headers, answer.content
            except httpx.HTTPError as error:
                yield 0, {}, repr(error).encode()


async def with_aiohttp(requests):
    import aiohttp  # pylint: disable=import-outside-toplevel

    async with aiohttp.ClientSession(trust_env=True) as session:
        for method, url, body in requests:
            data = upload(body) if body.startswith("@") else body or None
            try:
                async with session.request(method, url, data=data) as answer:
                    yield answer.status, answer.headers, await answer.read()
            except aiohttp.ClientError as error:
                yield 0, {}, repr(error).encode()


async def main():
    client = {"httpx": with_httpx, "aiohttp": with_aiohttp}[sys.argv[1]]
    requests = [line.rstrip("\n").split("\t") for line in sys.stdin]
    async for status, headers, body in client(requests):
        print(status, headers.get("Cork-Decision", ""), len(body),
              hashlib.sha256(body).hexdigest(), base64.b64encode(body[:SHOWN]).decode(), sep="\t")


asyncio.run(main())
