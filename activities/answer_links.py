"""The links that messages to providers carry: added when a message leaves, and at no other time.

With its signature anybody could speak for the provider. So approved texts have only a place for the
link, all that it claims stands in the approved message, and what is signed is handed to the channel
alone: it comes into no artifact, entry, history or log.
"""

from __future__ import annotations

from pathlib import Path

from holdfast.domain.communication.message import ANSWER_LINK, Message
from holdfast.domain.third_party.links import page_claims
from holdfast.evidence.vendor_links import load_vendor_links

__all__ = ["AnswerLinks"]


class AnswerLinks:
    """Puts links into the texts of messages that want one; the same message has always the same.

    The key is read at each use, which is rare, so that a new one counts from its first moment.
    """

    def __init__(self, public_url: str, key_file: Path) -> None:
        """Links lead to that address, without a slash at its end, and are signed with that key."""
        self._public_url = public_url
        self._key_file = key_file

    def put_into(self, message: Message) -> Message:
        """The message as it leaves: with its link, or as it is, if it has none.

        Raises:
            Fatal: the key is not where this process runs.
        """
        if message.answer is None:
            return message
        token = load_vendor_links(self._key_file).sign(page_claims(message.answer))
        link = f"{self._public_url}/v1/vendor/{token}"
        variants = tuple(
            each.model_copy(update={"body": each.body.replace(ANSWER_LINK, link)})
            for each in message.variants
        )
        return message.model_copy(update={"variants": variants})
