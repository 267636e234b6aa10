"""The register of information's CSV templates, read into the files of the register's folder."""

from __future__ import annotations

from holdfast.store.register_import.importing import Import, prepare_import
from holdfast.store.register_import.section_changes import SectionChanges

__all__ = ["Import", "SectionChanges", "prepare_import"]
