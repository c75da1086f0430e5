"""The shelf says of every source how sure we are of its format."""

import pytest
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.library import catalog

pytestmark = pytest.mark.django_db


def test_every_source_is_on_the_page_and_assumed_ones_say_so(town: Town) -> None:
    page = town.client("programme").get(reverse("sources")).content.decode()

    manifests = catalog.manifests().values()
    assert all(manifest.name in page for manifest in manifests)
    assert page.count('<span aria-hidden="true">？</span>') == sum(manifest.assumed for manifest in manifests)
