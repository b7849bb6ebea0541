#!/usr/bin/env python3
"""Fails if an import goes up or sideways: the layers are those that ARCHITECTURE.md draws in its block ```layers, the top one first.

A module of src/ may use the layers below its own, and a host's client only where that host is asked. At each level of every crate, modules with all their submodules form no circle; only a module
and its own submodules may use each other. Names that a module re-exports are followed to their definitions. Tests count like other code.
scripts/test_check_layers.py plants imports that have to be found.
"""

import re
import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# Comments, strings and characters: none of them is code.
NO_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|"(?:\\.|[^"\\])*"|'(?:\\[^']+|[^\\'])'""", re.S)
USE = re.compile(r"\buse\s+([^;<]+);")
PATH = re.compile(r"(?<![\w:])(?:\w+::)+\w+")
# Code that this script does not follow.
UNREADABLE = re.compile(r"#\[path\b|\binclude!|\bextern crate self\b|\buse (?:crate|super|self) as\b")

# Crates of which only some modules of src/ know: a host's client is one module's.
CLIENTS = {"starcite_github": [("run", "ask", "github"), ("fuzz",)]}


def layers(root):
    """Returns the modules of src/, row by row, with the number of their layer, 0 for the lowest."""
    block = re.search(r"```layers\n(.*?)```", (root / "ARCHITECTURE.md").read_text(), re.S)
    if not block:
        sys.exit("check_layers: ARCHITECTURE.md has no block ```layers: draw the layers of src/ in one, the top one first")
    rows = [line.split("  ")[0].split() for line in block[1].splitlines()]
    return [(module, len(rows) - at - 1) for at, row in enumerate(rows) for module in row]


def modules(folder):
    """Returns the code of each module by its path as a tuple; () is the crate's root."""
    found = {}
    for file in sorted(folder.rglob("*.rs")):
        path = file.relative_to(folder).with_suffix("").parts
        path = path[:-1] if path[-1] == "mod" or path in (("lib",), ("main",)) else path
        code = re.sub(r"\s*::\s*", "::", NO_CODE.sub(" ", file.read_text()))
        code, inline = without_inline(path, code)
        for module, text in [(path, code), *inline]:
            found[module] = found.get(module, "") + text
    return found


def without_inline(path, code):
    """Returns a file's code without its inline modules, and these modules."""
    inline = []
    while begin := re.search(r"\bmod (\w+)\s*\{", code):
        depth, end = 1, begin.end()
        while depth and end < len(code):
            depth += {"{": 1, "}": -1}.get(code[end], 0)
            end += 1
        own = (*path, begin[1])
        text, within = without_inline(own, code[begin.end() : end - 1])
        inline += [(own, text), *within]
        code = code[: begin.start()] + code[end:]
    return code, inline


def leaves(tree, head=""):
    """Returns the names that a tree `a::{b, c::{self, d as e}}` brings in, each with its path: b a::b, c a::c, e a::c::d."""
    start, brace, body = tree.partition("{")
    if not brace:
        path, _, alias = (head + tree).strip().partition(" as ")
        path = path.removesuffix("::self")
        return [(alias.strip() or path.rpartition("::")[2], path)]
    items, depth = [""], 0
    for char in body[: body.rindex("}")]:
        depth += (char == "{") - (char == "}")
        items = [*items, ""] if char == "," and depth == 0 else [*items[:-1], items[-1] + char]
    return [leaf for item in items if item.strip() for leaf in leaves(item.strip(), head + start.strip())]


class Crate:
    def __init__(self, folder):
        self.modules = modules(folder)
        self.imports = {module: self.imports_of(module) for module in self.modules}

    def imports_of(self, module):
        """Returns the names that a module imports from its own crate, with their paths; `*` for all of a module."""
        brought = [leaf for tree in USE.findall(self.modules[module]) for leaf in leaves(re.sub(r"\s+", " ", tree))]
        paths = [(name, self.absolute(module, path.split("::"))) for name, path in brought]
        return [(name, path) for name, path in paths if path is not None]

    def absolute(self, module, path):
        """Returns a path from the crate's root; None if it leads into another crate."""
        if path[0] in ("crate", "super", "self"):
            here = () if path[0] == "crate" else module
            while path and path[0] in ("crate", "super", "self"):
                here, path = (here[:-1] if path[0] == "super" else here), path[1:]
            return (*here, *path)
        return (*module, *path) if (*module, path[0]) in self.modules else None

    def meant(self, module, name, seen=()):
        """Returns the paths that a name in a module may refer to."""
        if (*module, name) in self.modules:
            return [(*module, name)]
        named = [path for brought, path in self.imports[module] if brought == name]
        wild = [path[:-1] for brought, path in self.imports[module] if brought == "*"]
        through = [path for other in wild if other in self.modules and other not in seen for path in self.meant(other, name, (*seen, module))]
        return named or through

    def defining(self, path, seen=()):
        """Returns the modules in which a path's name is defined."""
        here = ()
        for at, name in enumerate(path):
            if (*here, name) not in self.modules:
                others = [other for other in self.meant(here, name) if other != path and (here, name) not in seen]
                return {found for other in others for found in self.defining((*other, *path[at + 1 :]), (*seen, (here, name)))} or {here}
            here = (*here, name)
        return {here}

    def used_by(self, module):
        """Returns the modules whose names a module uses, imported or with a path."""
        written = [path.split("::") for path in PATH.findall(USE.sub("", self.modules[module]))]
        paths = [path[:-1] if name == "*" else path for name, path in self.imports[module]]
        paths += [path for path in (self.absolute(module, path) for path in written) if path is not None]
        paths += [(*meant, *path[1:]) for path in written for meant in self.meant(module, path[0])]
        return {found for path in paths for found in self.defining(path)} - {module}

    def edges(self):
        """Returns the pairs of siblings of which one uses the other, with the files: siblings where the paths of the two files part."""
        for module in self.modules:
            for used in sorted(self.used_by(module)):
                same = next((at for at, (a, b) in enumerate(zip(module, used)) if a != b), None)
                if same is not None:
                    yield module[: same + 1], used[: same + 1], f"{'::'.join(module)} uses {'::'.join(used)}"


def check(root):
    """Returns the problems of a checkout, and the number of checked imports."""
    listed = layers(root)
    layer = dict(listed)
    problems, imports = [f"ARCHITECTURE.md: {name} is listed twice" for name in layer if [module for module, _ in listed].count(name) > 1], 0
    for folder in [root / "src", *sorted(root.glob("crates/*/src"))]:
        crate, below, why = Crate(folder), defaultdict(set), defaultdict(list)
        for module, used, how in crate.edges():
            below[module].add(used)
            why[module, used].append(how)
        imports += len(why)
        found = [f"{'::'.join(module)}: {what} can't be followed" for module, code in crate.modules.items() for what in UNREADABLE.findall(code)]
        if folder == root / "src":
            found += [f"{name} is in no layer of ARCHITECTURE.md, or is not a module" for name in {path[0] for path in crate.modules if path} ^ layer.keys()]
            known = [pair for pair in why if len(pair[0]) == 1 and {pair[0][0], pair[1][0]} <= layer.keys()]
            found += [f"not to a lower layer: {how}" for pair in known if layer[pair[0][0]] <= layer[pair[1][0]] for how in why[pair]]
            for client, users in CLIENTS.items():
                strangers = [module for module, code in crate.modules.items() if re.search(rf"\b{client}\b", code) and not any(module[: len(user)] == user for user in users)]
                found += [f"{'::'.join(module)} uses {client}, which is for {' and '.join('::'.join(user) for user in users)}" for module in strangers]
            found += [f"{'::'.join(module)} uses what lib.rs defines" for module in crate.modules if module and () in crate.used_by(module)]
        try:
            TopologicalSorter(below).prepare()
        except CycleError as error:
            ring = error.args[1][::-1]
            found += [f"a circle: {how}" for pair in zip(ring, ring[1:]) for how in why[pair][:2]]
        problems += [f"{folder.relative_to(root)}: {problem}" for problem in dict.fromkeys(found)]
    return problems, imports


def main():
    problems, imports = check(Path(__file__).resolve().parent.parent)
    if not imports:
        problems.append("no imports found: the sources are read wrongly")
    print("\n".join(problems) or f"{imports} imports between modules, none runs up, no circles")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
