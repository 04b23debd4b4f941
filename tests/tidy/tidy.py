#!/usr/bin/env python3
"""Checks that the tree keeps the rules it has given itself: which folder may include which, how
long a file and a function may be, that each source has its test, how it prints, and what may stand
in no file.

    tidy.py [ROOT]     prints PATH:LINE: what is wrong; exits 1 where something is

exceptions.txt, beside this file in the tree that is checked, excuses single files, each with a
reason: CHECK PATH REASON. An exception that excuses nothing is itself an error.
"""

import ast
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

SOURCE_FOLDERS = ("base", "rules", "certs", "proxy")
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 600, 70
SKIPPED_FOLDERS = {"build", ".git", "__pycache__", "node_modules", "corpus"}
EXCEPTIONS = "tests/tidy/exceptions.txt"
# Who may see the configuration; everything else has its own small Options.
CONFIG, CONFIG_READERS = "proxy/config", {"proxy/config", "proxy/app", "proxy/commands"}

INCLUDE = re.compile(r'^\s*#include\s+([<"])([^>"]+)[>"]')
CORK_FOLDER = re.compile(r"^\s*cork_folder\(([^)]*)\)", re.M)
CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
# Pieces, so that this file does not match itself.
SECRETS = re.compile("|".join((
    r"\bgh[pousr]" r"_[A-Za-z0-9]{36}", r"\bgithub" r"_pat_[A-Za-z0-9_]{60,}",
    r"\bAK" r"IA[A-Z2-7]{16}\b", r"\bsk-" r"ant-[a-z0-9]+-[A-Za-z0-9_-]{80,}",
    r"\bsk-" r"(proj-)?[A-Za-z0-9_-]{20,}T3" r"BlbkFJ", r"\bgl" r"pat-[A-Za-z0-9_-]{20}\b",
    r"\bxo" r"x[abprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}", r"\b[sr]k" r"_live_[A-Za-z0-9]{24,}",
    r"\bAI" r"za[A-Za-z0-9_-]{35}\b", r"\bnp" r"m_[A-Za-z0-9]{36}\b",
    r"-----BEGIN [A-Z ]*PRIVATE" r" KEY-----[^\n]{0,4}\n[A-Za-z0-9+/=\n]{60,}")))
MACHINE = re.compile(r"(^|[\s\"'=(:])/(wo" r"rk/[a-z.]|ro" r"ot/|tmp/b-)")


@dataclass
class Tree:
    """Every text file of the tree, read once."""

    root: Path
    texts: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    excused: dict = field(default_factory=dict)
    used: set = field(default_factory=set)

    @classmethod
    def read(cls, root):
        tree = cls(Path(root))
        for path in sorted(tree.root.rglob("*")):
            relative = path.relative_to(tree.root)
            if not path.is_file() or SKIPPED_FOLDERS & set(relative.parts):
                continue
            try:
                tree.texts[relative.as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
        tree.read_exceptions()
        return tree

    def read_exceptions(self):
        for number, line in enumerate(self.texts.get(EXCEPTIONS, "").splitlines(), 1):
            words = line.split(None, 2)
            if not words or line.startswith("#"):
                continue
            if len(words) < 3:
                self.say(EXCEPTIONS, number, "an exception is CHECK PATH REASON")
                continue
            self.excused[(words[0], words[1])] = number

    def sources(self, *suffixes, folders=SOURCE_FOLDERS):
        return [(path, text) for path, text in self.texts.items()
                if path.split("/")[0] in folders and path.endswith(suffixes)]

    def say(self, path, line, text, check=None):
        """One problem, unless exceptions.txt excuses that file from that check."""
        if (check, path) in self.excused:
            self.used.add((check, path))
            return
        self.problems.append(f"{path}:{line}: {text}")


def folder_of(path):
    return path.rpartition("/")[0]


def includes_of(text):
    """(line number, quote, name) of each #include."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match.group(1), match.group(2)


def declared_dependencies(tree):
    """For each folder the folders its CMakeLists.txt says it may include."""
    paths, words = {}, {}
    for path, text in tree.sources("CMakeLists.txt"):
        if match := CORK_FOLDER.search(text):
            name, *rest = match.group(1).split()
            paths[name] = folder_of(path)
            depends = rest[rest.index("DEPENDS") + 1:] if "DEPENDS" in rest else []
            stop = next((i for i, word in enumerate(depends) if word.isupper()), len(depends))
            words[name] = depends[:stop]
    for name, depends in words.items():
        for depend in set(depends) - set(paths):
            tree.say(f"{paths[name]}/CMakeLists.txt", 1, f"DEPENDS on {depend}, which is no folder")
    return {paths[n]: {paths[d] for d in depends if d in paths} for n, depends in words.items()}


def check_includes(tree):
    allowed = declared_dependencies(tree)
    for path, text in tree.sources(".h", ".cpp"):
        own = folder_of(path)
        if own not in allowed:
            tree.say(path, 1, f"{own} has no CMakeLists.txt with cork_folder(...)")
            continue
        for number, quote, name in includes_of(text):
            if quote != '"' or name.endswith(".inc"):
                continue
            if name not in tree.texts:
                tree.say(path, number, f'"{name}" is no file: paths begin at the root of the tree')
            elif folder_of(name) not in allowed[own] | {own}:
                tree.say(path, number, f"{own} includes {folder_of(name)}, which is not among the "
                         f"DEPENDS of {own}/CMakeLists.txt")
            elif folder_of(name) == CONFIG and own not in CONFIG_READERS:
                tree.say(path, number, "only proxy/app and proxy/commands see the configuration")


def include_rank(path, quote, name):
    """Own header, project headers, other libraries, std."""
    if quote == '"':
        own = path.removeprefix("tests/unit/").removesuffix(".cpp").removesuffix("_test") + ".h"
        return 0 if name == own else 1
    return 3 if re.fullmatch(r"[a-z_0-9]+", name) else 2


def check_include_order(tree):
    names = "own header, project headers, other libraries, std"
    for path, text in tree.sources(".h", ".cpp", folders=(*SOURCE_FOLDERS, "tests")):
        last, last_line = -1, 0
        for number, quote, name in includes_of(text):
            rank = include_rank(path, quote, name)
            if rank < last:
                tree.say(path, number, f"{name} stands too late: {names}")
                break
            if last not in (-1, rank) and number == last_line + 1:
                tree.say(path, number, f"a blank line goes before {name}: {names}")
                break
            last, last_line = rank, number


def check_headers(tree):
    for path, text in tree.sources(".h", folders=(*SOURCE_FOLDERS, "tests")):
        if not text.startswith("//"):
            tree.say(path, 1, "a header opens with a comment that says what it is")
        if not re.search(r"^#pragma once$", text, re.M):
            tree.say(path, 1, "#pragma once is missing")


def check_mirror(tree):
    """X.cpp has X_test.cpp, or a test of the same folder that includes X.h."""
    tested = {}
    for path, text in tree.sources("_test.cpp", folders=("tests",)):
        if not path.startswith("tests/unit/"):
            continue
        folder = folder_of(path).removeprefix("tests/unit/")
        headers = {name for _, quote, name in includes_of(text)
                   if quote == '"' and folder_of(name) == folder}
        if not headers:
            tree.say(path, 1, f"includes no header of {folder}, which it should test", "mirror")
        tested.setdefault(folder, set()).update(headers)
    for path, _ in tree.sources(".cpp"):
        stem = path.removesuffix(".cpp")
        if stem.endswith("/main") or f"{stem}.h" in tested.get(folder_of(path), ()):
            continue
        if f"tests/unit/{stem}_test.cpp" not in tree.texts:
            tree.say(path, 1, f"tests/unit/{stem}_test.cpp is missing (or another test there that "
                     f"includes {stem}.h, or a reason in {EXCEPTIONS})", "mirror")


def blank_out(text):
    """C++ with comments and literals overwritten by spaces: same lines, same columns."""
    literal = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"'
        r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)*'", re.S)
    return literal.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def cpp_functions(text):
    """(first line, last line) of each function that stands in no other."""
    code = re.sub(r"^\s*#(?:[^\n\\]|\\.)*(?:\\\n[^\n]*)*",
                  lambda m: re.sub(r"[^\n]", " ", m.group(0)), blank_out(text), flags=re.M)
    depth, start, container, begin = 0, None, [], 0
    for match in re.finditer(r"[{};]", code):
        head = code[begin:match.start()]
        begin = match.end()
        mark = match.group(0)
        if start is not None:
            depth += {"{": 1, "}": -1, ";": 0}[mark]
            if depth == 0:
                yield start, code.count("\n", 0, match.start()) + 1
                start = None
        elif mark == "{":
            if CONTAINER.search(head) or ")" not in head:
                container.append(mark)
            else:
                stripped = len(head) - len(head.lstrip())
                start = code.count("\n", 0, match.start() - len(head) + stripped) + 1
                depth = 1
        elif mark == "}" and container:
            container.pop()


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def check_lengths(tree):
    for path, text in tree.sources(".h", ".cpp", ".py", folders=(*SOURCE_FOLDERS, "tests")):
        limit = TEST_FILE_LINES if path.startswith("tests/") else FILE_LINES
        lines = text.count("\n")
        if lines > limit:
            tree.say(path, limit, f"{lines} lines: at most {limit}", "file-length")
        functions = python_functions if path.endswith(".py") else cpp_functions
        for first, last in functions(text):
            if last - first + 1 > FUNCTION_LINES:
                tree.say(path, first, f"a function of {last - first + 1} lines: at most "
                         f"{FUNCTION_LINES}", "function-length")


def check_words(tree):
    for path, text in tree.texts.items():
        for pattern, what in ((UNFINISHED, "unfinished work goes into an issue, not into the tree"),
                              (SECRETS, "looks like a live credential: make it at run time"),
                              (MACHINE, "a path of one machine")):
            if match := pattern.search(text):
                tree.say(path, text.count("\n", 0, match.start()) + 1, what, "words")


def check_printing(tree):
    """A stream that fails must not decide how a command ends."""
    for path, text in tree.sources(".h", ".cpp"):
        code = blank_out(text)
        if match := re.search(r"\bfmt::print\b|\bstd::(print(ln)?|cout|cerr)\b", code):
            tree.say(path, code.count("\n", 0, match.start()) + 1,
                     f"{match.group(0)} may throw: print() of proxy/commands/print.h does not",
                     "printing")


def check_exceptions(tree):
    for key in set(tree.excused) - tree.used:
        tree.say(EXCEPTIONS, tree.excused[key], f"excuses nothing any more: {' '.join(key)}")


def check(root):
    """Everything that is wrong with the tree, sorted."""
    tree = Tree.read(root)
    for one in (check_includes, check_include_order, check_headers, check_mirror, check_lengths,
                check_words, check_printing, check_exceptions):
        one(tree)
    return sorted(tree.problems)


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    problems = check(root)
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
