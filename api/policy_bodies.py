"""The body of a draft: JSON with the document in it, or YAML that is the document itself."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.policy_models import DraftQuery, PolicyDraft
from api.strict_json import parse_strict, read_body, require_json, require_plain
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.roles import Role
from holdfast.errors import InvalidInput
from holdfast.store.policy_documents import (
    PolicyDocument,
    check_policy,
    check_values,
    parse_policy_text,
)
from holdfast.store.policy_faults import InvalidPolicy

__all__ = ["DRAFT_BODY", "CheckedDraft", "read_draft"]

_LARGEST_JSON = 8 * 1024 * 1024
_LARGEST_YAML = 256 * 1024
"""Reading YAML with its lines takes some twenty seconds a megabyte."""

_YAML_TYPE = re.compile(
    r"(application|text)/(x-)?yaml\s*(;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.IGNORECASE
)
_TEMPLATE = "#/components/schemas/{model}"


def _schema() -> dict[str, Any]:
    schema = PolicyDraft.model_json_schema(ref_template=_TEMPLATE)
    schema.pop("$defs", None)  # Role, which other bodies bring into the document
    return schema


DRAFT_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": _schema()},
        "application/yaml": {"schema": {"type": "string"}},
    },
}
"""The request body as the API's document describes it."""


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """What a caller proposes, checked as a whole."""

    policy: PinnedPolicy
    reason: str
    role: Role | None


async def read_draft(request: Request, name: str, query: DraftQuery) -> CheckedDraft:
    """Read and check the draft of a policy of that name; YAML has reason and role in the query.

    Raises:
        Problem: the body is too large, or no JSON and no YAML.
        RequestValidationError: the JSON around the document is wrong.
        InvalidPolicy: the document is refused, with every fault.
        InvalidInput: a reason is missing, or given twice.
    """
    if _YAML_TYPE.fullmatch(request.headers.get("content-type", "").strip()):
        require_plain(request.headers)
        content = await read_body(request, _LARGEST_YAML)
        if query.reason is None:
            message = "say why in the query parameter reason"
            raise InvalidInput(message, errors=[{"pointer": "query:reason", "message": message}])
        # In a thread: alerts do not wait for a long document.
        policy = await asyncio.to_thread(_from_yaml, content, name)
        return CheckedDraft(policy, query.reason, query.role)
    require_json(request.headers)
    content = await read_body(request, _LARGEST_JSON)
    if query.model_fields_set:
        message = "reason and role belong into the JSON body"
        raise InvalidInput(message, errors=[{"pointer": "query:reason", "message": message}])
    return await asyncio.to_thread(_from_json, content, name)


def _from_yaml(content: bytes, name: str) -> PinnedPolicy:
    return check_policy(parse_policy_text(content, f"{name}.yaml"), name)


def _from_json(content: bytes, name: str) -> CheckedDraft:
    try:
        body = PolicyDraft.model_validate(parse_strict(content))
    except ValidationError as error:
        wrong = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from error
    try:
        document: PolicyDocument = check_values(body.document, "document")
        return CheckedDraft(check_policy(document, name), body.reason, body.role)
    except InvalidPolicy as error:
        raise _within_body(error) from error


def _within_body(error: InvalidPolicy) -> InvalidPolicy:
    """The same refusal, its pointers counted from the top of the body."""
    told = error.fields["errors"]
    assert isinstance(told, list)  # noqa: S101 - narrows the type for mypy only
    errors = [{**each, "pointer": f"/document{each['pointer']}"} for each in told]
    return InvalidPolicy(error.message, errors=errors)
