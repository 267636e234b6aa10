"""A portal of an authority and the way to it, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.channels.authorities import AuthorityChannel
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from tests.authority_portal import Portal, portal
from tests.authority_ways import the_way, to_portal
from tests.certificates import Certificates, new_certificates
from tests.released_deliveries import new_keyring


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Of one authority, for all tests here."""
    return new_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def bafin(certificates: Certificates) -> Iterator[Portal]:
    """The authority's portal."""
    with portal(certificates) as running:
        yield running


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Keys of the test's own."""
    return new_keyring(tmp_path)


@pytest.fixture
def way(tmp_path: Path, bafin: Portal, certificates: Certificates) -> AuthorityChannel:
    """The way to that portal."""
    return the_way(tmp_path, to_portal(bafin, certificates))
