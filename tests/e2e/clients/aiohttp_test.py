"""Python's aiohttp, which reads the proxy variables only where a session says trust_env=True."""

from environment import EnvironmentTest, python_tools
from matrix import PROGRAMS, Matrix

RAISING = """
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession(trust_env=True, raise_for_status=True) as session:
        await session.get({!r})
asyncio.run(main())
"""


class AiohttpTest(Matrix, EnvironmentTest):
    @classmethod
    def setUpClass(cls):
        cls.python = python_tools("aiohttp>=3.10,<4") / "python"
        super().setUpClass()

    def command(self):
        return [self.python, PROGRAMS / "python_client.py", "aiohttp"]

    def test_an_error_that_a_program_raises_names_the_refusal(self):
        since = self.seen()
        done = self.run_client(self.python, "-c", RAISING.format(self.forbidden()), check=False)
        self.assert_explained(done.said, "host_not_allowed", since)
