#!/usr/bin/env python3
"""Builds the image of Dockerfile.sidecars and tries docker/compose.yaml on a real engine.

    run.py [-k PATTERN] [--clean]      ends with 77 where no engine can be started
"""

import argparse
import shutil
import signal
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "support")]

from engine import Engine, NotRun  # noqa: E402
from setting import Setting  # noqa: E402
from sidecars import compose_two  # noqa: E402

NOT_RUN = 77


def timed(what, work, *arguments):
    begin = time.monotonic()
    print(f"{what} ...", end=" ", flush=True)
    work(*arguments)
    print(f"{time.monotonic() - begin:.0f} s", flush=True)


def make_images(engine):
    timed("base image (debootstrap)", engine.make_base)
    timed("cork's image", engine.build, Setting.image, ROOT / "Dockerfile.sidecars", ROOT)
    timed("the agent's and origins' image", engine.build, "cork-peers",
          HERE / "peers.dockerfile", HERE)
    Setting.compose_two = compose_two()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("-k", dest="pattern", action="append", help="only tests that match")
    parser.add_argument("--clean", action="store_true",
                        help="remove the images that earlier runs left in build/containers")
    options = parser.parse_args()
    folder = ROOT / "build" / "containers"
    if options.clean:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    # A termination unwinds too: the engine ends, and the host's packet filter is put back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*" for pattern in options.pattern or []] or None
    try:
        with Engine(folder) as Setting.engine:
            make_images(Setting.engine)
            Setting.engine.restart_with_resolver(Setting.resolver)
            suite = loader.loadTestsFromName("smoke_test")
            result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    except NotRun as reason:
        print(f"NOT RUN: container tests: {reason}")
        return NOT_RUN
    for test, reason in result.skipped:
        print(f"NOT RUN: {test}: {reason}")
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
