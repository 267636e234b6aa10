"""Drawings of severity trees, as a browser may open them by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import Response

from holdfast.diagrams import severity_tree_svg
from holdfast.domain.severity import SeverityTree

__all__ = ["DRAWN", "draw_tree"]

DRAWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/svg+xml": {}}, "description": "The drawing."}
}
"""What the API's document says of an answer that is a drawing."""

# Nothing in it may run, whatever it was made of.
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


async def draw_tree(tree: SeverityTree, digest: str, path: Sequence[str] = ()) -> Response:
    """Draw a tree, with the way that a proposal took through it in bold."""
    drawing = await asyncio.to_thread(severity_tree_svg, tree, digest=digest, path=path)
    return Response(drawing, media_type="image/svg+xml", headers=_HEADERS)
