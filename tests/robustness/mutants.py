"""Mutants of a module of rules: its source with one change that a test must notice.

Rules are values of modules and classes (a `RowRule`, a `pa.Field`, a vocabulary). mutmut 3 does not
change those, because it mutates only the bodies of functions, and cosmic-ray starts the tests again
for each mutant. So a mutant here is a change of the syntax tree:

- a comparison, `&`, `|`, `and`, `or` or `not` is swapped, or one side is dropped
- a bound moves by one, or a boolean flips
- a condition, a `filter` or a step of a chain of calls is dropped
- a pattern loses an anchor, an alternative or a bound
- an element of a collection is dropped: a rule, a column, a table, a code
- a constraint of a column is dropped
- a violation is not yielded, or a fault is not noted
- a vocabulary loses a code or gains one

A mutant is named by what is changed within which definition, not by its line, so that a list of
mutants stays valid when other lines are edited.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mutant_patterns import changed_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_SWAPPED: Final[dict[type[ast.AST], Any]] = {
    ast.LtE: ast.Lt,
    ast.Lt: ast.LtE,
    ast.GtE: ast.Gt,
    ast.Gt: ast.GtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
_RENAMED: Final = {
    "min": "max",
    "max": "min",
    "first_day": "last_day",
    "last_day": "first_day",
    "first": "last",
    "last": "first",
}
_WORDS: Final = {
    "first": "last",
    "last": "first",
    "anti": "semi",
    "semi": "anti",
    "error": "warning",
    "warning": "error",
}
_DROPPED_CALLS: Final = frozenset(
    {
        "filter",
        "unique",
        "fill_null",
        "offset_by",
        "to_lowercase",
        "replace_all",
        "truncate",
        "floor",
    }
)
_DROPPED_KEYWORDS: Final = frozenset(
    {
        "ge",
        "le",
        "in_range",
        "isin",
        "str_matches",
        "unique",
        "default",
        "precision",
        "edge",
        "rules",
    }
)
_ALL_OF: Final = frozenset({"all_horizontal", "any_horizontal", "_all", "_rules", "coalesce"})
_NOTED: Final = frozenset({"found", "append", "extend"})
_LEFT_ALONE: Final = frozenset(
    {
        "strict",
        "frozen",
        "slots",
        "kw_only",
        "literal",
        "title",
        "description",
        "remedy",
        "message",
        "wording",
    }
)
_LONG: Final = 12
_INTERVAL: Final = re.compile(r"^(-?)(\d+)(d|mo|y)$")
_NAMES_FIRST: Final = frozenset({"RowRule", "TablesRule", "Rule"})


class Mutant(NamedTuple):
    """A changed module: what was changed in which definition of it, and its whole text."""

    module: str
    name: str
    source: str

    @property
    def imported(self) -> str:
        """The name by which the module is imported."""
        path = self.module.removeprefix("src/tumen/").removesuffix(".py").removesuffix("/__init__")
        return f"tumen.{path.replace('/', '.')}"

    @property
    def definition(self) -> str:
        """The changed definition: its names, outermost first."""
        return self.name.partition(":")[0]


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its text."""
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for scope, parent, field, index, changed in _changes(tree, ()):
        nodes = getattr(parent, field)
        old = nodes if index is None else nodes[index]
        before = ast.unparse(old)
        if index is None:
            setattr(parent, field, changed)
        else:
            nodes[index : index + 1] = [] if changed is None else [changed]
        after = "nothing" if changed is None else ast.unparse(changed)
        name = f"{'.'.join(scope)}: {before} -> {after}"
        mutated = ast.unparse(ast.fix_missing_locations(tree))
        if index is None:
            setattr(parent, field, old)
        else:
            nodes[index : index + (changed is not None)] = [old]
        seen[name] += 1
        yield Mutant(module, name if seen[name] == 1 else f"{name} ({seen[name]})", mutated)


Change = tuple[tuple[str, ...], ast.AST, str, int | None, ast.AST | None]


def _changes(node: ast.AST, scope: tuple[str, ...]) -> Iterator[Change]:
    """Yield what can be changed below a node, and its replacements; None drops it from its list."""
    scope = scope + _names(node)
    for field, value in ast.iter_fields(node):
        if field in (
            "annotation",
            "returns",
            "decorator_list",
            "ctx",
            "type_params",
            "bases",
        ) or _is_text(node, field):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_spared(child):
                continue
            if index is not None and _can_lack(node, field, index, value):
                yield scope, node, field, index, None
            for changed in _changed(child, node):
                yield scope, node, field, index, changed
            yield from _changes(child, scope)


def _names(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return (node.target.id,)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return (node.targets[0].id,)
    if (
        isinstance(node, ast.Call)
        and _called(node) in _NAMES_FIRST
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ):
        return (str(node.args[0].value),)
    return ()


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_text(node: ast.AST, field: str) -> bool:
    return isinstance(node, ast.JoinedStr | ast.Raise) or (
        isinstance(node, ast.Subscript) and field == "slice"
    )


def _is_spared(child: ast.AST) -> bool:
    """Return whether a node is text, an import, a type-checking guard or an unused keyword."""
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.If | ast.Assign) and ast.unparse(child).startswith(
        ("if TYPE_CHECKING", "__all__")
    ):
        return True
    if isinstance(child, ast.Call) and _called(child) == "Measure":
        return True
    return isinstance(child, ast.Import | ast.ImportFrom) or (
        isinstance(child, ast.keyword) and child.arg in _LEFT_ALONE
    )


def _can_lack(node: ast.AST, field: str, index: int, among: list[ast.AST]) -> bool:
    if len(among) > _LONG and index not in (0, len(among) - 1):
        return False
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return field == "elts" and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    if not isinstance(node, ast.Call):
        return False
    name = _called(node)
    if field == "keywords":
        return name == "_vocabulary" or getattr(among[index], "arg", None) in _DROPPED_KEYWORDS
    refers = name in ("reference", "references") and index > 1
    return field == "args" and (name in _ALL_OF or refers or (name == "filter" and len(among) > 1))


def _changed(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """Yield the replacements of a node."""
    match node:
        case ast.Compare() | ast.BinOp() | ast.BoolOp() | ast.UnaryOp():
            yield from _changed_conditions(node)
        case ast.Constant(value=value) if not isinstance(parent, ast.Expr):
            yield from (ast.Constant(other) for other in _other_values(value))
        case ast.Name(id=name) if (
            name in _RENAMED and isinstance(parent, ast.Call) and parent.func is node
        ):
            yield ast.Name(_RENAMED[name], ast.Load())
        case ast.Dict(keys=keys, values=values):
            for number in range(len(keys)):
                if len(keys) <= _LONG or number in (0, len(keys) - 1):
                    yield ast.Dict(
                        keys[:number] + keys[number + 1 :], values[:number] + values[number + 1 :]
                    )
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))) if attr in _NOTED:
            yield ast.Pass()
        case ast.Call():
            yield from _changed_calls(node, parent)


def _changed_conditions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in _SWAPPED:
            yield ast.Compare(left, [_SWAPPED[type(op)]()], right)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SWAPPED:
            yield ast.BinOp(left, _SWAPPED[type(op)](), right)
            yield from (left, right) if isinstance(op, ast.BitAnd | ast.BitOr) else ()
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(_SWAPPED[type(op)](), values)
            yield from (
                ast.BoolOp(op, values[:number] + values[number + 1 :])
                for number in range(len(values))
            )
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
            yield operand


def _changed_calls(node: ast.Call, parent: ast.AST) -> Iterator[ast.AST]:
    name = _called(node)
    if name == "_vocabulary":
        yield ast.Call(
            node.func,
            node.args,
            [*node.keywords, ast.keyword("one_more", ast.Constant("a code too many"))],
        )
    if not isinstance(node.func, ast.Attribute):
        return
    if name == "is_null" and not (
        isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Invert)
    ):
        yield ast.UnaryOp(ast.Invert(), node)
    if name in _RENAMED:
        yield ast.Call(
            ast.Attribute(node.func.value, _RENAMED[name], ast.Load()), node.args, node.keywords
        )
    if name in _DROPPED_CALLS and not (name == "filter" and len(node.args) > 1):
        value = node.func.value
        yield (
            value.value
            if isinstance(value, ast.Attribute) and value.attr in ("str", "dt")
            else value
        )


def _other_values(value: object) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, str):
        if value in _WORDS:
            yield _WORDS[value]
        elif interval := _INTERVAL.match(value):
            yield f"{interval[1]}{int(interval[2]) + 1}{interval[3]}"
        else:
            yield from changed_pattern(value)
