#!/usr/bin/env python3
"""Runs one client's tests against a built cork.

    run.py --cork build/release/proxy/app/cork curl     # tests/e2e/clients/curl_test.py

Exits 0 where all passed, 1 where one failed, 77 where something could not be run (a program is
absent), saying what was missing.
"""

import argparse
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE / "clients")]

from harness import NOT_RUN, Setting  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cork", required=True, type=Path, help="the binary")
    parser.add_argument("--sanitized", action="store_true",
                        help="the binary has a sanitizer: its memory says nothing")
    parser.add_argument("-k", dest="pattern", action="append", help="only tests that match")
    parser.add_argument("client", choices=sorted(
        path.name.removesuffix("_test.py") for path in (HERE / "clients").glob("*_test.py")))
    options = parser.parse_args()
    Setting.cork = options.cork.resolve(strict=True)
    Setting.sanitized = options.sanitized

    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*" for pattern in options.pattern or []] or None
    try:
        suite = loader.loadTestsFromName(f"{options.client}_test")
    except unittest.SkipTest as reason:
        print(f"NOT RUN: {options.client}: {reason}")
        return NOT_RUN
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    if not result.wasSuccessful():
        return 1
    for test, reason in result.skipped:
        print(f"NOT RUN: {test}: {reason}")
    return NOT_RUN if result.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
