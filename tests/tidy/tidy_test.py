#!/usr/bin/env python3
"""tidy.py finds nothing in a good tree, and each mistake in a bad one."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import tidy  # noqa: E402

HEADER = "// What it is.\n#pragma once\n"
GOOD = {
    "base/CMakeLists.txt": "cork_folder(base LIBRARIES fmt::fmt)\n",
    "base/host.h": HEADER,
    "base/host.cpp": '#include "base/host.h"\n\n#include <fmt/format.h>\n\n#include <string>\n',
    "rules/policy/CMakeLists.txt": "cork_folder(policy\n            DEPENDS base LIBRARIES x)\n",
    "rules/policy/bottle.h": HEADER + '\n#include "base/host.h"\n',
    "rules/policy/bottle.cpp": '#include "rules/policy/bottle.h"\n\n#include "base/host.h"\n',
    "proxy/config/CMakeLists.txt": "cork_folder(config DEPENDS base)\n",
    "proxy/config/config.h": HEADER,
    "proxy/io/CMakeLists.txt": "cork_folder(io DEPENDS base config)\n",
    "proxy/io/stream.h": HEADER,
    "proxy/app/CMakeLists.txt": "cork_folder(app DEPENDS base config)\n",
    "proxy/app/run.h": HEADER + '\n#include "proxy/config/config.h"\n',
    "proxy/app/main.cpp": '#include "proxy/app/run.h"\n',
    "tests/unit/base/host_test.cpp": '#include "base/host.h"\n\n#include <gtest/gtest.h>\n',
    "tests/unit/rules/policy/bottle_test.cpp": '#include "rules/policy/bottle.h"\n',
}


def function_of(lines, head="int f(int a) {"):
    return head + "\n" + "  g(\"{\");  // }\n" * (lines - 2) + "}\n"


class TidyTest(unittest.TestCase):
    def problems(self, **changes):
        """Of the good tree with these files put in; None takes one out."""
        files = {**GOOD, **{k.replace("__", "/"): v for k, v in changes.pop("files", {}).items()}}
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                if text is not None:
                    target = Path(folder) / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text, encoding="utf-8")
            return tidy.check(folder)

    def assert_only(self, files, path, words):
        problems = self.problems(files=files)
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(f"{path}:"), problems)
        self.assertIn(words, problems[0])

    def test_a_good_tree_has_no_problems(self):
        self.assertEqual(self.problems(), [])

    def test_printing_that_may_throw(self):
        self.assert_only({"base/host.h": HEADER + '\nvoid f() { fmt::print("x"); }\n'},
                         "base/host.h:4", "may throw")
        self.assertEqual(self.problems(files={
            "base/host.h": HEADER + '\n// fmt::print() is not asked.\n'}), [])

    def test_an_include_against_the_dependencies(self):
        self.assert_only({"base/host.h": HEADER + '\n#include "rules/policy/bottle.h"\n'},
                         "base/host.h", "not among the DEPENDS")

    def test_an_include_of_no_file(self):
        self.assert_only({"base/host.h": HEADER + '\n#include "hots.h"\n'}, "base/host.h",
                         "no file")

    def test_the_configuration_seen_by_others(self):
        self.assert_only({"proxy/io/stream.h": HEADER + '\n#include "proxy/config/config.h"\n'},
                         "proxy/io/stream.h", "see the configuration")

    def test_a_dependency_on_no_folder(self):
        self.assert_only({"base/CMakeLists.txt": "cork_folder(base DEPENDS bsae)\n"},
                         "base/CMakeLists.txt", "no folder")

    def test_a_folder_without_a_target(self):
        self.assert_only({"proxy/new/a.h": HEADER}, "proxy/new/a.h", "cork_folder")

    def test_a_source_without_its_test(self):
        self.assert_only({"tests/unit/base/host_test.cpp": None}, "base/host.cpp", "is missing")

    def test_a_source_tested_beside_another(self):
        self.assertEqual(self.problems(files={
            "tests/unit/base/host_test.cpp": None,
            "tests/unit/base/names_test.cpp": '#include "base/host.h"\n'}), [])

    def test_a_test_of_nothing(self):
        self.assert_only({"tests/unit/base/gone_test.cpp": ""}, "tests/unit/base/gone_test.cpp",
                         "includes no header of base")

    def test_an_exception_with_a_reason_excuses(self):
        files = {"tests/unit/base/host_test.cpp": None}
        for text, count in (("mirror base/host.cpp tested by the policy's tests\n", 0),
                            ("mirror base/host.cpp\n", 2)):
            files[tidy.EXCEPTIONS] = text
            self.assertEqual(len(self.problems(files=files)), count)

    def test_an_exception_that_excuses_nothing(self):
        self.assert_only({tidy.EXCEPTIONS: "mirror base/host.cpp a reason\n"}, tidy.EXCEPTIONS,
                         "excuses nothing")

    def test_includes_out_of_order(self):
        own = '#include "base/host.h"\n'
        for text in ("#include <string>\n\n" + own,
                     own + "\n#include <string>\n\n#include <fmt/format.h>\n",
                     own + "#include <string>\n"):
            with self.subTest(text):
                self.assert_only({"base/host.cpp": text}, "base/host.cpp", "own header, project")

    def test_headers_without_comment_or_guard(self):
        self.assert_only({"base/host.h": "#pragma once\n// It.\n"}, "base/host.h", "comment")
        self.assert_only({"base/host.h": "// What it is.\n"}, "base/host.h", "#pragma once")

    def test_long_files(self):
        own = '#include "base/host.h"\n'
        self.assertEqual(self.problems(files={"base/host.cpp": own + "\n" * 399}), [])
        self.assert_only({"base/host.cpp": own + "\n" * 400}, "base/host.cpp", "401 lines")
        name = "tests/unit/base/host_test.cpp"
        self.assertEqual(self.problems(files={name: GOOD[name] + "\n" * 500}), [])

    def test_long_functions(self):
        own = '#include "base/host.h"\n\nnamespace cork {\nstruct A {\n  int a = 1;\n};\n'
        for head in ("int f(int a) {", "A::A(int a)\n    : a_(a), b_(2) {", "auto f() -> B {",
                     "TEST(Host, Parses) {", "template <class T>\nclass B f(T a) const noexcept {"):
            with self.subTest(head):
                extra = head.count("\n")
                fits = own + function_of(70 - extra, head) + "}\n"
                self.assertEqual(self.problems(files={"base/host.cpp": fits}), [])
                self.assert_only({"base/host.cpp": own + function_of(71 - extra, head) + "}\n"},
                                 "base/host.cpp", "a function of 71 lines")

    def test_two_functions_are_not_one(self):
        own = '#include "base/host.h"\n\nnamespace {\n'
        both = own + function_of(60) + function_of(60) + "}\n"
        self.assertEqual(self.problems(files={"base/host.cpp": both}), [])

    def test_long_python_functions(self):
        text = "def f():\n" + "    pass\n" * 70
        self.assert_only({"tests/e2e/run.py": text}, "tests/e2e/run.py", "a function of 71 lines")

    def test_words_that_stand_in_no_file(self):
        for text, words in (("// TO" "DO: later\n", "unfinished"), ("FIX" "ME\n", "unfinished"),
                            ("a gh" "p_" + "aB3" * 12 + "\n", "live credential"),
                            ("cd /wo" "rk/main\n", "one machine")):
            with self.subTest(words):
                self.assert_only({"docs/a.md": text}, "docs/a.md", words)


if __name__ == "__main__":
    unittest.main()
