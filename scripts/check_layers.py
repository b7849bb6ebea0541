#!/usr/bin/env python3
"""Fails where an import runs up or sideways: the layers are those that ARCHITECTURE.md draws in its block ```layers, the top one first.

A module of src/ may use the layers below its own. At each level of every crate, modules with all that is in them form no circle; only a module
and its own submodules may use each other. Names that a module re-exports are followed to where they are defined. Tests count like other code.
"""

import re
import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
USE = re.compile(r"^\s*(?:pub(?:\(\w+\))?\s+)?use\s+([^;]+);", re.M)
CRATES = ["src", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("crates/*/src"))]


def layers():
    """The layer of each module of src/, 0 for the lowest."""
    block = re.search(r"```layers\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text(), re.S)[1]
    rows = [line.split("  ")[0].split() for line in block.splitlines()]
    return {module: len(rows) - at for at, row in enumerate(rows) for module in row}


def modules(crate):
    """The code of each module, comments left out, by its path as a tuple: () is the crate itself."""
    found = {}
    for file in sorted((ROOT / crate).rglob("*.rs")):
        path = file.relative_to(ROOT / crate).with_suffix("").parts
        path = path[:-1] if path[-1] in ("mod", "lib", "main") else path
        found[path] = found.get(path, "") + re.sub(r"//.*", "", file.read_text())
    return found


def leaves(tree):
    """The paths of `a::{b, c::{d, self}}`: a::b, a::c::d, a::c."""
    head, brace, body = tree.partition("{")
    if not brace:
        return [re.sub(r"(::self)?( as \w+)?$", "", tree.strip())]
    items, depth = [""], 0
    for char in body[: body.rindex("}")]:
        depth += (char == "{") - (char == "}")
        items = [*items, ""] if char == "," and depth == 0 else [*items[:-1], items[-1] + char]
    return [head.strip() + leaf for item in items if item.strip() for leaf in leaves(item.strip())]


class Crate:
    def __init__(self, folder):
        self.modules = modules(folder)
        self.imports = {module: self.imports_of(module) for module in self.modules}

    def imports_of(self, module):
        """The names that a module's `use` items bring into it, with their paths."""
        trees = USE.findall(self.modules[module])
        paths = [self.absolute(module, leaf) for tree in trees for leaf in leaves(re.sub(r"\s+", " ", tree))]
        return {path[-1]: path for path in paths if path}

    def absolute(self, module, path):
        """A path from the crate's root; none where it leads into another crate."""
        path, here = path.split("::"), module
        if path[0] in ("crate", "super", "self"):
            here = () if path[0] == "crate" else module
            while path and path[0] in ("crate", "super", "self"):
                here = here[:-1] if path.pop(0) == "super" else here
            return (*here, *path)
        if (*module, path[0]) in self.modules:
            return (*module, *path)
        return None

    def defining(self, path, seen=()):
        """The module in which a path's name is defined."""
        here = ()
        for at, name in enumerate(path):
            if (*here, name) in self.modules:
                here = (*here, name)
                continue
            imported = self.imports[here].get(name)
            if imported and (here, name) not in seen and imported != path:
                return self.defining((*imported, *path[at + 1 :]), (*seen, (here, name)))
            break
        return here

    def used_by(self, module):
        """The modules whose names a module uses, imported or written out."""
        written = re.findall(r"\b(?:(?:crate|super|self|[a-z_0-9]+)::)+\w+", USE.sub("", self.modules[module]))
        local = [self.imports[module][path.split("::")[0]] for path in written if path.split("::")[0] in self.imports[module]]
        paths = [*self.imports[module].values(), *local, *(self.absolute(module, path) for path in written)]
        return {self.defining(path) for path in paths if path} - {module}

    def edges(self):
        """Which sibling uses which, by file: at the level where the ways of the two files part."""
        for module in self.modules:
            for used in self.used_by(module):
                same = next((at for at, (a, b) in enumerate(zip(module, used)) if a != b), None)
                if same is not None:
                    yield module[: same + 1], used[: same + 1], f"{'::'.join(module)} uses {'::'.join(used)}"


def main():
    problems, imports = [], 0
    for folder in CRATES:
        below, why = defaultdict(set), defaultdict(list)
        for module, used, how in Crate(folder).edges():
            below[module].add(used)
            why[module, used].append(how)
        imports += len(why)
        try:
            TopologicalSorter(below).prepare()
        except CycleError as error:
            ring = error.args[1][::-1]
            problems += [f"{folder}: a circle: {how}" for pair in zip(ring, ring[1:]) for how in why[pair][:2]]
        if folder == "src":
            layer = layers()
            there = {path[0] for path in Crate(folder).modules if path}
            problems += [f"ARCHITECTURE.md: {name} is in no layer, or is no module" for name in there ^ layer.keys()]
            ups = [pair for pair in why if len(pair[0]) == 1 and layer.get(pair[0][0], 0) <= layer.get(pair[1][0], 0)]
            problems += [f"src: not to a lower layer: {how}" for pair in ups for how in why[pair]]
    if not imports:
        problems.append("no imports found: the sources are read wrongly")
    print("\n".join(sorted(problems)) or f"{imports} imports between modules, none runs up, no circles")
    sys.exit(bool(problems))


main()
