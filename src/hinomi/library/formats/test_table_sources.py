"""The shelf's tables: their pages and notes name what is assumed, and their documents read."""

import pytest

from hinomi.library import catalog
from hinomi.library.formats import table_document

TABLES = [manifest for manifest in catalog.manifests().values() if manifest.reader == "table" and manifest.assumed]


@pytest.mark.parametrize("manifest", TABLES, ids=lambda manifest: manifest.name)
def test_an_assumed_table_says_which_headings_are_assumed(manifest):
    headings = set(table_document.load(manifest.folder / "columns.yaml").spellings.values())

    for language in ("ja", "en"):
        assert [heading for heading in sorted(headings) if heading not in manifest.note[language]] == []


@pytest.mark.parametrize("manifest", TABLES, ids=lambda manifest: manifest.name)
def test_a_table_has_a_page_that_names_its_headings_and_kinds(manifest):
    columns = table_document.load(manifest.folder / "columns.yaml")
    page = catalog.setup_page(manifest.name, "ja")

    assert f"hinomi import FILE --tenant T --source {manifest.name} --timezone Asia/Tokyo" in page
    assert [heading for heading in set(columns.spellings.values()) if heading not in page] == []
    folded = page.casefold()
    for rule in columns.rules:
        assert all(any(text in folded for text in texts) for texts in rule.when.values()), rule.when
