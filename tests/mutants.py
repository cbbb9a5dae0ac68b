"""Change the rules a little in every way, and see whether a test notices.

`python tests/mutants.py` takes hours and names each mutant that no test has killed. Names of modules
choose: `python tests/mutants.py domain.split services.release`. Not every survivor is a gap: some mean the same,
and a test that starts a process of its own, as those on a terminal do, does not see the mutant.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src" / "backsplit"
MODULES = [
    *(
        ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for path in sorted((SOURCE / "domain").rglob("[!_]*.py"))
    ),
    *("services.split", "services.release", "services.deliveries", "services.sync"),
]
# The quickest first: most mutants die there.
TESTS = [
    ["test_split_rule", "test_queue_rule", "test_orders_rule", "test_amend_rule", "test_promise_rule", "test_kit_rule"],
    ["test_counts_rule", "test_notices_rule", "test_parcels_rule", "test_shop_updates_rule", "test_limits"],
    ["test_scenarios", "test_cli_split", "test_cli_split_by_hand", "test_cli_split_limits", "test_cli_release"],
    ["test_cli_stock", "test_cli_status", "test_cli_kit", "test_cli_undo", "test_cli_sync", "test_cli_expect"],
    ["test_cli_counts", "test_cli_calendar", "test_cli_to_mark", "test_cli_notices", "test_cli_today", "test_seams"],
    ["test_cli_pick", "test_cli_slip", "test_cli_to_ship", "test_cli_ship_complete", "test_report", "test_story"],
    ["test_cli_queries", "test_cli_import", "test_provenance", "test_spelling", "test_sku_spellings", "test_times"],
    ["test_model", "test_follow_model"],
]
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider"]
SECONDS = 300

OTHER: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd,
}  # fmt: skip
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
Change = Callable[[Any], None]


def setting(name: str, value: Any) -> Change:
    return lambda node: setattr(node, name, value)


def changes(node: Any) -> Iterator[Change]:  # noqa: C901, PLR0912 - it is a list
    """What can be done to one place of a module."""
    match node:
        case ast.Compare():
            for place, op in enumerate(node.ops):
                yield setting("ops", [*node.ops[:place], OTHER[type(op)](), *node.ops[place + 1 :]])
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign() if type(node.op) in OTHER:
            yield setting("op", OTHER[type(node.op)]())
        case ast.Constant(value=bool()):
            yield setting("value", not node.value)
        case ast.Constant(value=int()):
            yield from (setting("value", node.value + 1), setting("value", node.value - 1))
        case ast.If() | ast.IfExp() | ast.While():
            yield setting("test", ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension():
            for place in range(len(node.ifs)):
                yield setting("ifs", node.ifs[:place] + node.ifs[place + 1 :])
        case ast.UnaryOp(op=ast.Not()):
            yield setting("operand", ast.UnaryOp(ast.Not(), node.operand))
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield setting("value", ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield setting("value", ast.Constant(None))
        case ast.Name(id="min" | "max" | "any" | "all"):
            yield setting("id", OTHER_NAMES[node.id])
        case ast.Break() | ast.Continue():
            yield setting("__class__", ast.Pass)


def places(node: ast.AST) -> Iterator[ast.AST]:
    """All that is run: not what is only annotated, asserted or said of a class."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST) and not isinstance(inner, ast.Assert):
                yield from places(inner)


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    lines = ast.unparse(tree).splitlines()
    for place, node in enumerate(places(tree)):
        for change in changes(node):
            mutant = copy.deepcopy(tree)
            change(list(places(mutant))[place])
            after = ast.unparse(ast.fix_missing_locations(mutant)).splitlines()
            was, now = next((pair for pair in zip(lines, after, strict=False) if pair[0] != pair[1]), ("?", "?"))
            yield f"{was.strip()}  →  {now.strip()}", mutant


class Loader(importlib.machinery.SourceFileLoader):
    """Finds the mutant where the module would be found."""

    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        super().__init__(module, str(path))
        self.tree = tree

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, _: str) -> Any:
        return compile(self.tree, self.path, "exec")


def is_noticed(loader: Loader) -> bool:
    """Run the tests in a copy of this process, which knows no backsplit yet, until one fails."""
    if child := os.fork():
        return os.waitpid(child, 0)[1] != 0
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)  # a mutant may never end
    sys.meta_path.insert(0, loader)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    with contextlib.suppress(BaseException):
        os._exit(int(any(pytest.main([*OPTIONS, *(f"tests/{name}.py" for name in names)]) for names in TESTS)))
    os._exit(1)


def main(modules: list[str]) -> None:
    """Print how many mutants of these modules are killed, and which survive."""
    os.chdir(HERE.parent)
    for library in ("typer.testing", "sqlite_utils", "rich.table"):
        importlib.import_module(library)  # once for all copies
    if is_noticed(Loader("no.module", HERE, ast.Module([], []))):
        sys.exit("the tests fail as it is")
    killed = made = 0
    for module in modules or MODULES:
        path = SOURCE.joinpath(*module.split(".")).with_suffix(".py")
        here = of_these = 0
        for said, tree in mutants(ast.parse(path.read_text(encoding="utf-8"))):
            of_these += 1
            if is_noticed(Loader(f"backsplit.{module}", path, tree)):
                here += 1
            else:
                print(f"  survived in {module}: {said}", flush=True)
        print(f"{module}: {here} of {of_these} killed", flush=True)
        killed, made = killed + here, made + of_these
    print(f"{killed} of {made} mutants killed")


if __name__ == "__main__":
    main(sys.argv[1:])
