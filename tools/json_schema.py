"""JSON Schemas (2020-12) of the records as written in YAML, for editors and other validators.

A schema is generated from a model and describes a file of one table: a list of records with their
fields by written name, nested records and `allow:`.

An editor reads YAML by the core schema, in which `2025` and `6000` are numbers and `true` is a
boolean, but the dataset reads every scalar as text. So dates, numbers, booleans and texts are
accepted in both forms. Rules that need a second record or a second field (an unknown reference, a
start after its end) are left to `tumen check`.

The codes of a vocabulary are listed in `enum` and their meanings in `enumDescriptions`. The YAML
language server shows these on completion and hover, and validators that do not know the keyword
ignore it. The same is true of `errorMessage`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tumen.records.fields import ALLOW, is_required, written_columns, written_tables
from tumen.schemas import TABLES, Column
from tumen.schemas.all_rules import ALL_RULES
from tumen.schemas.base import MAX_SUMMARY_CHARACTERS
from tumen.schemas.citations import CITING_TABLES
from tumen.schemas.rules import VALUE_RULES

if TYPE_CHECKING:
    from tumen.schemas import Table

Schema = dict[str, Any]
Checks = Mapping[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_YEAR, _MONTH, _DAY = r"[0-9]{4}", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
_WORDS: Final = r"^\S+( \S+)*$"
_DATE: Final = rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?"
_WHOLE_DATE: Final = rf"{_YEAR}-{_MONTH}-{_DAY}"


def file_patterns(table: str) -> tuple[str, ...]:
    """Return the globs of the files of a table, relative to the root of the repository."""
    return (f"dataset/{table}.yaml", f"dataset/{table}/**/*.yaml")


def file_schema(table: str) -> Schema:
    """Return the JSON Schema of a file of this table."""
    model = TABLES[table]
    return {
        "$schema": DIALECT,
        "title": table,
        "description": _purpose(model),
        "type": "array",
        "items": _record(model, allowances=True),
    }


def editor_settings() -> Schema:
    """Return settings of the YAML language server that bind each schema to its files."""
    bindings = {
        f"./schemas/json/{table}.json": list(file_patterns(table)) for table in written_tables()
    }
    return {"yaml.schemas": bindings, "yaml.yamlVersion": "1.2", "yaml.format.enable": False}


def to_json(value: Schema) -> str:
    """Return JSON as it is committed: indented, in UTF-8, with a newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _purpose(model: type[Table]) -> str:
    return " ".join((model.__doc__ or "").split())


def _record(model: type[Table], *, allowances: bool = False) -> Schema:
    fields = written_columns(model)
    properties = {written: _field(model, name) for written, (name, _, _) in fields.items()}
    required = [
        written
        for written, (_, column, nullable) in fields.items()
        if is_required(column, nullable=nullable)
    ]
    for name, child in model.spec().nested.items():
        properties[name] = {
            "title": name.capitalize(),
            "description": _purpose(child),
            "type": "array",
            "items": _record(child),
        }
    if model.spec().name in CITING_TABLES:
        properties["sources"]["minItems"] = 1
        required.append("sources")
    if allowances:
        properties[ALLOW] = _allowances()
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _allowances() -> Schema:
    warnings = {code: rule for code, rule in ALL_RULES.items() if rule.severity == "warning"}
    return {
        "title": "Allow",
        "description": "Warnings of this record that were reviewed and accepted, with the reason",
        "type": "object",
        "properties": {
            code: {**_text(), "title": code, "description": rule.title}
            for code, rule in warnings.items()
        },
        "additionalProperties": False,
    }


def _field(model: type[Table], name: str) -> Schema:
    column = model.columns()[name]
    declared = model.to_schema().columns[name]
    checks = {str(check.name): check.statistics for check in declared.checks}
    description = str(declared.description)
    if column.unit:
        description += f"; unit: {column.unit}"
    if column.kind == "flag":
        description += f"; {column.default} if it is left out"
    if column.refers_to:
        description += f"; the id of a record in {' or '.join(column.refers_to)}"
    return {
        "title": declared.title,
        "description": description,
        **_VALUES[column.kind](column, checks),
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "uniqueItems": True}


def _pattern(pattern: str, code: str) -> Schema:
    rule = VALUE_RULES[code]
    return {"pattern": pattern, "errorMessage": f"{code} {rule.title}. {rule.remedy}"}


def _matching(pattern: str, code: str) -> Schema:
    return {"type": "string", **_pattern(pattern, code)}


def _text() -> Schema:
    return {"type": ["string", "number", "boolean"], **_pattern(_WORDS, "E106")}


def _text_of(column: Column, checks: Checks) -> Schema:
    if "str_matches" in checks:
        return {**_text(), **_pattern(checks["str_matches"]["pattern"], "E104")}
    if not column.words:
        return _text()
    longer = VALUE_RULES["E114"]
    shorter = {
        "maxLength": MAX_SUMMARY_CHARACTERS,
        "errorMessage": f"E114 {longer.title}. {longer.remedy}",
    }
    return {
        **_text(),
        "allOf": [_pattern(rf"^\s*(\S+\s+){{0,{column.words - 1}}}\S*\s*$", "E109"), shorter],
    }


def _coded(column: Column) -> Schema:
    codes = column.codes or ()
    meanings = {"enumDescriptions": list(codes.values())} if not isinstance(codes, tuple) else {}
    return {"enum": list(codes), **meanings}


def _id_of(tables: tuple[str, ...]) -> Schema:
    patterns = []
    for table in tables:
        model = TABLES[table]
        (check,) = (
            check
            for check in model.to_schema().columns[model.spec().key[0]].checks
            if check.name == "str_matches"
        )
        patterns.append(str(check.statistics["pattern"]))
    return _matching("|".join(patterns), "E104")


def _date(column: Column) -> Schema:
    if column.kind == "day":
        return {**_matching(f"^{_WHOLE_DATE}$", "E110"), "examples": ["2025-06-17"]}
    whole, examples = f"^{_DATE}$", ["2025-06-17", "2025-06", 2025]
    if column.open_start:
        whole, examples = rf"^({_DATE}|\.\./{_WHOLE_DATE})$", [*examples, "../2025-06-17"]
    years = {"minimum": 1000, "maximum": 9999}
    return {"type": ["string", "integer"], **_pattern(whole, "E101"), **years, "examples": examples}


def _number(checks: Checks) -> Schema:
    least, most = checks["in_range"]["min_value"], checks["in_range"]["max_value"]
    sign = "" if least >= 0 else "-?"
    return {
        "type": ["number", "string"],
        **_pattern(rf"^{sign}(0|[1-9][0-9]*)(\.[0-9]+)?$", "E102"),
        "minimum": least,
        "maximum": most,
    }


_VALUES: Final[dict[str, Callable[[Column, Checks], Schema]]] = {
    "id": lambda _, checks: _matching(checks["str_matches"]["pattern"], "E104"),
    "reference": lambda column, _: _id_of(column.refers_to),
    "references": lambda column, _: _list(_id_of(column.refers_to)),
    "code": lambda column, _: _coded(column),
    "codes": lambda column, _: _list(_coded(column)),
    "text": _text_of,
    "texts": lambda _, __: _list(_text()),
    "date": lambda column, _: _date(column),
    "day": lambda column, _: _date(column),
    "number": lambda _, checks: _number(checks),
    "flag": lambda _, __: {"type": ["boolean", "string"], **_pattern("^(true|false)$", "E105")},
    "url": lambda _, checks: _matching(checks["str_matches"]["pattern"], "E108"),
}
