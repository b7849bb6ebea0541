#!/usr/bin/env python3
"""Plants imports that scripts/check_layers.py has to find, and others that it has to accept, in a small tree of two layers."""

import tempfile
import unittest
from pathlib import Path

from check_layers import check

MAIN = "mod high; mod low; mod twin;\nfn main() { high::run() }\n"
TREE = {
    "main.rs": MAIN,
    "high.rs": "mod part;\nuse crate::low::work;\npub(crate) use part::Part;\npub(crate) fn run() { work() }\n",
    "high/part.rs": "pub(crate) struct Part;\n",
    "low.rs": "mod deep;\npub(crate) use deep::work;\n",
    "low/deep.rs": "pub(crate) fn work() {}\n",
    "twin.rs": "pub(crate) fn twin() {}\n",
}
LAYERS = "```layers\nhigh   what is run\nlow twin\n```\n"

# Each is added to low.rs or, with a slash, to the file named before the bar.
FOUND = [
    "use crate::high::run;",
    "use crate::{twin as other, high::{self, run}};",
    "pub(in crate::low) use crate::high::{Part as P};",
    "fn f() { crate::high::run() }",
    "fn f() { crate::\n    high\n    ::run() }",
    "use crate as c;",
    "use crate::{self as c}; fn f() { c::high::run() }",
    "use super as up; fn f() { up::high::run() }",
    "extern crate self as me;",
    "use crate::high::*;\nmod m { use super::*; }",
    "use crate::high::{self}; use std::io::{self}; use std::fmt::{self};",
    'fn f() { g("https://x", crate::high::run()) }',
    "fn f<'a>(x: &'a str) { g('\"', crate::high::run(), '\"') }",
    "fn f() { use crate::high::run; run() }",
    "mod tests { use super::super::high::run; }",
    "#[cfg(test)] mod tests { fn f() { crate::high::run() } }",
    "use crate::twin::twin;",
    '#[path = "../high.rs"] mod copy;',
    'include!("high.rs");',
    "low/deep.rs|use super::super::high::run;",
    "low/deep.rs|use crate::high::Part;",
    "main.rs|pub(crate) fn up() {}\n",
    "new.rs|fn f() {}",
    "use starcite_github::Asker;",
    "fn f() { starcite_github::ask() }",
]
LEFT_ALONE = [
    "use std::high::run;",
    "// use crate::high::run;",
    "// see starcite_github::Client",
    "/* crate::high::run() */",
    'const TEXT: &str = "use crate::high::run; crate::high::run()";',
    'const TEXT: &str = r#"a "quoted" crate::high::run()"#;',
    "mod high { pub(crate) fn run() {} }\nuse high::run;",
    "low/deep.rs|use super::deep;",
    "high.rs|use crate::twin::*;",
    "high/part.rs|use super::run; use crate::low::{self, work};",
]
CIRCLE = {"low/deep.rs": "use super::side::side;\npub(crate) fn work() {}\n", "low/side.rs": "use super::work;\npub(crate) fn side() { work() }\n"}


class CheckLayers(unittest.TestCase):
    def problems(self, files, layers=LAYERS):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "ARCHITECTURE.md").write_text(layers)
            for name, code in files.items():
                path = root / "src" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(code)
            return check(root)[0]

    def planted(self, plant):
        name, bar, code = plant.partition("|") if "|" in plant.split("\n")[0] and ".rs|" in plant else ("low.rs", "", plant)
        files = {**TREE, name: TREE.get(name, "") + code + "\n"}
        if name == "main.rs":
            files["low.rs"] += "fn f() { crate::up() }\n"
        return self.problems(files)

    def test_the_tree_has_no_problem(self):
        self.assertEqual(self.problems(TREE), [])

    def test_what_runs_up_or_sideways_is_found(self):
        for plant in FOUND:
            with self.subTest(plant):
                self.assertNotEqual(self.planted(plant), [])

    def test_what_does_not_is_left_alone(self):
        for plant in LEFT_ALONE:
            with self.subTest(plant):
                self.assertEqual(self.planted(plant), [])

    def test_a_circle_of_siblings_is_found_through_what_their_parent_re_exports(self):
        self.assertTrue(any("a circle" in problem for problem in self.problems({**TREE, **CIRCLE})))

    def test_a_module_that_is_listed_twice_or_not_there_is_found(self):
        for layers in ["```layers\nhigh\nlow twin\ntwin\n```\n", "```layers\nhigh\nlow twin gone\n```\n", "```layers\nhigh\nlow\n```\n"]:
            with self.subTest(layers):
                self.assertNotEqual(self.problems(TREE, layers), [])


unittest.main()
