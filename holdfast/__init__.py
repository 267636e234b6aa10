"""Holdfast: a financial entity's ICT-incident process under DORA, durable and provable."""

__all__ = ["__version__"]

__version__ = "0.1.0"
