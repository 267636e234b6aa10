"""The API's own document (OpenAPI), completed by what no door says."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.problems import ProblemDocument

__all__ = ["complete_document"]


def complete_document(app: FastAPI) -> None:
    """Add the schema of problems, which doors only refer to, to the API's document."""
    make = app.openapi

    def complete() -> dict[str, Any]:
        document = make()
        schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas[ProblemDocument.__name__] = schema
        return document

    app.openapi = complete  # type: ignore[method-assign] # FastAPI's documented way to extend it
