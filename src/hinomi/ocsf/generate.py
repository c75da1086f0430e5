"""Generate the vocabulary of OCSF that hinomi uses from a checkout of the OCSF schema.

    python -m hinomi.ocsf.generate PATH/TO/ocsf-schema

Writes ``vocabulary.json`` (ids and captions of categories, classes, activities and shared enums) beside
this file. Run it on an upgrade of the schema and read the difference.
Source: the Open Cybersecurity Schema Framework, Apache-2.0.
"""

import json
import sys
from pathlib import Path
from typing import Any

SHARED_ENUMS = (
    "action_id",
    "auth_protocol_id",
    "disposition_id",
    "logon_type_id",
    "rcode_id",
    "severity_id",
    "status_id",
)
# Values of the security_control profile, which a checkout of the core schema does not carry.
PROFILE_ENUMS = {"action_id": {"3": "Observed", "4": "Modified"}}
UNCATEGORIZED = {"0": "Uncategorized"}
OBJECT_ENUMS = {
    "connection_info.direction_id": ("network_connection_info", "direction_id"),
    "finding_info.analytic.type_id": ("analytic", "type_id"),
    "malware.classification_ids": ("malware", "classification_ids"),
}


def captions(attribute: dict[str, Any]) -> dict[str, str]:
    return {uid: entry["caption"] for uid, entry in attribute.get("enum", {}).items()}


class Schema:
    """A checkout of ocsf-schema: dictionary, categories, events with their inheritance, objects."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.dictionary = self.load(root / "dictionary.json")["attributes"]
        self.categories = self.load(root / "categories.json")["attributes"]
        paths = [*(root / "events").rglob("*.json"), *(root / "extensions").glob("*/events/**/*.json")]
        self.events = {self.event_name(path): self.load(path) for path in paths}
        self.extensions = {
            path.parent.name: self.load(path)["uid"] for path in (root / "extensions").glob("*/extension.json")
        }
        self.extension_of = {
            self.event_name(path): path.relative_to(root / "extensions").parts[0]
            for path in paths
            if "extensions" in path.parts
        }

    @staticmethod
    def load(path: Path) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document

    def event_name(self, path: Path) -> str:
        document = self.load(path)
        return str(document.get("name") or document["extends"])

    def category(self, name: str) -> str:
        event = self.events[name]
        return str(event.get("category") or self.category(event["extends"]))

    def activities(self, name: str) -> dict[str, str]:
        event = self.events[name]
        own = captions(event.get("attributes", {}).get("activity_id", {}))
        inherited = self.activities(event["extends"]) if event.get("extends") in self.events else {}
        return {**captions(self.dictionary["activity_id"]), **inherited, **own}

    def classes(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, event in self.events.items():
            if "uid" not in event and name != "base_event":
                continue
            category = self.category(name) if name != "base_event" else "other"
            category_uid = self.categories.get(category, {"uid": 0})["uid"]
            extension_uid = self.extensions[self.extension_of[name]] if name in self.extension_of else 0
            uid = extension_uid * 100_000 + category_uid * 1000 + event.get("uid", 0)
            found[str(uid)] = {
                "name": name,
                "caption": event["caption"],
                "category_uid": category_uid,
                "activities": self.activities(name),
            }
        return dict(sorted(found.items(), key=lambda item: int(item[0])))

    def shared(self, name: str) -> dict[str, str]:
        """An enum of the dictionary, with what the classes that use it say of it."""
        by_classes: dict[str, str] = {}
        for event in self.events.values():
            by_classes = {**captions(event.get("attributes", {}).get(name, {})), **by_classes}
        return {**by_classes, **captions(self.dictionary[name])}

    def vocabulary(self) -> dict[str, Any]:
        enums = {name: {**self.shared(name), **PROFILE_ENUMS.get(name, {})} for name in SHARED_ENUMS}
        for path, (owner, attribute) in OBJECT_ENUMS.items():
            specific = self.load(self.root / "objects" / f"{owner}.json")["attributes"].get(attribute, {})
            enums[path] = {**captions(self.dictionary.get(attribute, {})), **captions(specific)}
        return {
            "version": self.load(self.root / "version.json")["version"],
            "categories": {
                **UNCATEGORIZED,
                **{str(c["uid"]): c["caption"] for c in self.categories.values()},
            },
            "classes": self.classes(),
            "enums": enums,
        }


def main() -> None:
    target = Path(__file__).with_name("vocabulary.json")
    vocabulary = Schema(Path(sys.argv[1])).vocabulary()
    target.write_text(json.dumps(vocabulary, indent=1, ensure_ascii=False, sort_keys=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
