#!/usr/bin/env python3
"""Counts the lines of a small tree, in which most lines are not code."""

import tempfile
import unittest
from pathlib import Path

from code_lines import lines_of

TREE = {
    "src/lib.rs": "//! A crate.\n\nmod plan; // one\n#[cfg(test)]\nmod mutants;\n",
    "src/cli/plan.rs": "/// A function.\nfn f() {\n    g(\"https://x // no comment\");\n}\n\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n",
    "src/cli/plan/part.rs": "/* a /* block */\n still */ fn g(text: &str) {}\n#[cfg(test)]\nfn only_here() {\n    h();\n}\nconst C: char = '{';\n",
    "src/mutants.rs": "fn mutate() {}\n",
    "crates/core/src/lib.rs": "#[cfg(all(test, unix))]\n#[path = \"x\"]\nmod tests;\nfn a() {}\nconst TEXT: &str = r#\"one\n// two\"#;\n",
    "crates/core/src/tests.rs": "fn t() {}\n",
    "crates/core/src/naming/own.rs": "fn n() {}\n",
}


class CodeLines(unittest.TestCase):
    def test_comments_blank_lines_and_tests_do_not_count(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, code in TREE.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(code)
            lines = lines_of(Path(folder))
        self.assertEqual(dict(lines), {"src": 1, "src/cli": 5, "core": 3, "core/paper_mentions": 1})


unittest.main()
