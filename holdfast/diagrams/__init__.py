"""Drawings of what policies say: pure, from data to SVG."""

from __future__ import annotations

from holdfast.diagrams.severity_tree import severity_tree_svg

__all__ = ["severity_tree_svg"]
