"""What a wheel is made of, as CycloneDX JSON: run by CMake, which knows what it has linked."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import sys
import uuid
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

ROOT = Path(__file__).resolve().parents[1]
# The parts whose code is in the extension modules: licence (SPDX) and package URL.
BUNDLED = {
    "openssl": ("Apache-2.0", "pkg:generic/openssl"),
    "nghttp2": ("MIT", "pkg:github/nghttp2/nghttp2"),
    "zlib": ("Zlib", "pkg:github/madler/zlib"),
    "brotli": ("MIT", "pkg:github/google/brotli"),
    "zstd": ("BSD-3-Clause", "pkg:github/facebook/zstd"),
    "boost": ("BSL-1.0", "pkg:generic/boost"),
    "rapidjson": ("MIT", "pkg:github/Tencent/rapidjson"),
    "pybind11": ("BSD-3-Clause", "pkg:github/pybind/pybind11"),
}


def part(name: str, version: str) -> dict[str, Any]:
    licence, url = BUNDLED[name]
    return {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "scope": "required",
        "licenses": [{"license": {"id": licence}}],
        "purl": f"{url}@{version}",
    }


def requirement(text: str) -> dict[str, Any]:
    """A package that is installed beside the wheel, in whatever version fits."""
    found = re.match(r"[A-Za-z0-9._-]+", text)
    assert found is not None, text
    name = found.group()
    facts = [{"name": "requirement", "value": text}]
    url = f"pkg:pypi/{name}"
    return {"type": "library", "bom-ref": url, "name": name, "purl": url, "properties": facts}


def bill(parts: dict[str, str]) -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    bundled = [part(*each) for each in sorted(parts.items())]
    beside = [requirement(each) for each in project["dependencies"]]
    subject = {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "licenses": [{"license": {"id": project["license"]}}],
        "purl": f"pkg:pypi/{name}@{version}",
        "components": bundled,
    }
    refs = [each["bom-ref"] for each in (*bundled, *beside)]
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": beside,
        "dependencies": [{"ref": name, "dependsOn": refs}, *({"ref": each} for each in refs)],
    }
    if moment := os.environ.get("SOURCE_DATE_EPOCH"):
        when = datetime.datetime.fromtimestamp(int(moment), datetime.timezone.utc)
        made["metadata"]["timestamp"] = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    # The same facts have the same number.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(made, sort_keys=True))
    return {**made, "serialNumber": f"urn:uuid:{number}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("parts", nargs="+", metavar="NAME=VERSION")
    given = parser.parse_args()
    parts = dict(each.split("=", 1) for each in given.parts)
    missing = [name for name in BUNDLED if not parts.get(name)]
    if missing or len(parts) != len(BUNDLED):
        raise SystemExit(f"sbom.py: the version of each of {', '.join(BUNDLED)} is needed: {parts}")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(bill(parts), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
