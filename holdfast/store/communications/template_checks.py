"""What is wrong with the texts of the policy `communications`, beyond what its model can tell."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from holdfast.domain.communication.templates import CommunicationsPolicy
from holdfast.store.communications.call_texts import flaws_of_call
from holdfast.store.communications.template_language import TemplateFlaw, flaws_in

__all__ = ["flaws_of"]


def flaws_of(policy: BaseModel) -> Iterator[tuple[tuple[str, ...], TemplateFlaw]]:
    """Each flaw in a text of a policy of templates, with the path of the text; else nothing."""
    if not isinstance(policy, CommunicationsPolicy):
        return
    offered = policy.offered
    for purpose, template in policy.templates.items():
        for language, text in template.texts.items():
            path = ("templates", str(purpose), "texts", language)
            subject = flaws_in(text.subject, offered)
            if "\n" in text.subject:
                subject.append(TemplateFlaw(1, "a subject is one line"))
            subject = subject or flaws_of_call(policy, purpose, text.subject, part="subject")
            body = flaws_in(text.body, offered)
            body = body or flaws_of_call(policy, purpose, text.body, part="body")
            yield from (((*path, "subject"), flaw) for flaw in subject)
            yield from (((*path, "body"), flaw) for flaw in body)
