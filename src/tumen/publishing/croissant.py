"""The Croissant metadata of a release, for dataset search and machine-learning loaders.

Croissant 1.1 (ML Commons) is JSON-LD that describes the same files as the datapackage. Only the
datapackage has foreign keys: the reference reader, mlcroissant, joins the tables that they connect,
and fails on a table that refers to itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tumen.publishing.datapackage import CREATOR, DESCRIPTION, KEYWORDS, LICENCE, TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tumen.publishing.datapackage import Stamp

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.1"
_TYPES: Final = {
    "string": "sc:Text",
    "list": "sc:Text",
    "date": "sc:Date",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
}


def describe(stamp: Stamp, tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the Croissant metadata of a release.

    Args:
        stamp: The release.
        tables: The resources of its datapackage that are tables.

    """
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "name": "tumen",
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "conformsTo": CONFORMS_TO,
        "version": stamp.version,
        "datePublished": stamp.created,
        "creator": {"@type": "sc:Organization", "name": CREATOR},
        "keywords": list(KEYWORDS),
        "license": LICENCE["path"],
        "citeAs": f"{CREATOR} ({stamp.created[:4]}). {TITLE}. Release {stamp.version}. CC BY 4.0.",
        "isLiveDataset": False,
        "distribution": [_file(resource) for resource in tables],
        "recordSet": [_records(resource) for resource in tables],
    }


def _file(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": resource["path"],
        "description": resource["title"],
        "contentUrl": resource["path"],
        "contentSize": f"{resource['bytes']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _records(resource: Mapping[str, Any]) -> dict[str, Any]:
    table, schema = resource["name"], resource["schema"]
    described = {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": resource["title"],
        "field": [_field(resource, field) for field in schema["fields"]],
    }
    if "primaryKey" in schema:
        described["key"] = [{"@id": f"{table}/{name}"} for name in schema["primaryKey"]]
    return described


def _field(resource: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    described = {
        "@type": "cr:Field",
        "@id": f"{resource['name']}/{field['name']}",
        "name": field["name"],
        "description": field["description"],
        "dataType": _TYPES[field["type"]],
        "source": {"fileObject": {"@id": resource["path"]}, "extract": {"column": field["name"]}},
    }
    if field["type"] == "list":
        described["repeated"] = True
    return described


def _context() -> dict[str, Any]:
    """Return the JSON-LD context that the specification prescribes."""
    terms = (
        "citeAs column conformsTo extract field fileProperty fileObject fileSet format includes"
        " isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated"
        " replace samplingRate separator source subField transform"
    )
    plain = {term: f"cr:{term}" for term in (*terms.split(), "equivalentProperty")} | {
        "conformsTo": "dct:conformsTo"
    }
    typed = {
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
    }
    names = {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
    }
    return {**names, **dict(sorted({**plain, **typed}.items()))}
