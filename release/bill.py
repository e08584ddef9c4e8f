"""The bill of materials of a release: what the wheel ships and what it requires, as CycloneDX 1.6 in JSON.

    python release/bill.py dist/identcheck-0.2.0-py3-none-any.whl

writes `dist/identcheck-0.2.0.cdx.json` beside the wheel; `make release` builds both. Each file in the wheel has its SHA-256; each
package that the wheel requires, directly or not, has its licence and the version in the environment this runs in, which is one
that the tests ran with: pip may choose another within the range that is given too. Optional packages have the scope "optional".
With SOURCE_DATE_EPOCH set, the same wheel in the same environment gives the same bill.
"""

from __future__ import annotations

import email
import json
import os
import sys
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(requirements: list[str], extras: set[str]) -> tuple[list[str], dict[str, set[str]]]:
    """The names that requirements ask for in this environment, and with what version ranges."""
    ranges: dict[str, set[str]] = {}
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            name = canonicalize_name(requirement.name)
            ranges.setdefault(name, set()).add(str(requirement.specifier))
    return sorted(ranges), ranges


def licences(found: metadata.PackageMetadata) -> list[dict[str, Any]]:
    """How a package says that it is licensed: its expression, or its own words; nothing is guessed from them."""
    if expression := found.get("License-Expression"):
        return [{"expression": expression}]
    classified = [text for text in found.get_all("Classifier") or () if text.startswith("License ::")]
    told = [text.rpartition(" :: ")[2] for text in classified] or [found.get("License") or ""]
    return [{"license": {"name": text}} for text in told if text and "\n" not in text]


def required(start: list[str], extras: set[str]) -> dict[str, dict[str, Any]]:
    """Every installed package that the requirements need, directly or not: component, and what it needs in turn."""
    names, ranges = needed(start, extras)
    found: dict[str, dict[str, Any]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name in found or name == "identcheck":
            continue
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        below, _ = needed(package.requires or [], set())
        asked = [{"name": "requires", "value": text} for text in sorted(ranges.get(name, ())) if text]
        found[name] = {
            "component": {
                "type": "library",
                "bom-ref": name,
                "name": name,
                "version": package.version,
                "licenses": licences(package.metadata),
                **({"properties": asked} if asked else {}),
            },
            "below": below,
        }
        waiting += below
    return found


def bill(wheel: Path) -> dict[str, Any]:
    """The bill of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        files = {name: sha256(archive.read(name)).hexdigest() for name in sorted(archive.namelist())}
        (record,) = (name for name in files if name.endswith(".dist-info/METADATA"))
        told = email.message_from_bytes(archive.read(record))
    whole = sha256(wheel.read_bytes()).hexdigest()
    asked = told.get_all("Requires-Dist") or []
    core = required(asked, set())
    extras = set(told.get_all("Provides-Extra") or ()) - {"dev", "docs", "test"}
    more = required(asked, extras)
    top = {
        "type": "application",
        "bom-ref": "identcheck",
        "name": "identcheck",
        "version": told["Version"],
        "description": told["Summary"],
        "licenses": [{"expression": told["License-Expression"]}],
        "hashes": [{"alg": "SHA-256", "content": whole}],
        "components": [
            {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for name, digest in files.items()
        ],
    }
    made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", wheel.stat().st_mtime)), UTC)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, whole)}",
        "version": 1,
        "metadata": {"timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": top},
        "components": [
            entry["component"] | {"scope": "required" if name in core else "optional"}
            for name, entry in sorted(more.items())
        ],
        "dependencies": [
            {"ref": "identcheck", "dependsOn": sorted(set(needed(asked, extras)[0]) & set(more))},
            *(
                {"ref": name, "dependsOn": sorted(set(e["below"]) & set(more))}
                for name, e in sorted(more.items())
            ),
        ],
    }


def main(wheel: Path) -> Path:
    """Write the bill beside the wheel, and say where."""
    found = bill(wheel)
    target = wheel.with_name(f"identcheck-{found['metadata']['component']['version']}.cdx.json")
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(main(Path(argument)))
