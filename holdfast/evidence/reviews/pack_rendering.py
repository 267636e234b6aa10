"""The pack for the management body as a page, and on paper."""

from __future__ import annotations

from holdfast.evidence.bundle.setting import set_on_paper
from holdfast.evidence.oversight.page import sheet_page
from holdfast.evidence.oversight.paper import sheet_data
from holdfast.evidence.reviews.pack import ManagementPack

__all__ = ["pack_page", "pack_pdf"]


def pack_page(pack: ManagementPack) -> str:
    """Write the pack as a page of one file; the same pack gives the same page."""
    return sheet_page(pack.sheet)


def pack_pdf(pack: ManagementPack) -> bytes:
    """Set the pack as a PDF/A; the same pack gives the same bytes.

    Raises:
        Fatal: the typesetter fails.
    """
    made_at = pack.as_of
    data = {
        "heading": f"Management pack of {pack.incident}",
        "date": list(made_at.timetuple()[:6]),
        "made_at": int(made_at.timestamp()),
        "footer": f"{pack.incident}, as of {made_at:%Y-%m-%d %H:%M:%S} UTC, {pack.digest}",
        **sheet_data(pack.sheet),
    }
    # Every sheet is set with the template of oversight files.
    return set_on_paper("oversight", data, pack.incident)
