"""What is different between two versions of a communication: for those who review the later one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import StrEnum

from holdfast.domain.communication.kinds import Language
from holdfast.domain.communication.message import Attached, Delivery, Message, Release, Variant
from holdfast.domain.values import Count, Frozen, Line, Token

__all__ = [
    "AttachmentChange",
    "Change",
    "DeliveryChange",
    "Difference",
    "ReleaseChange",
    "TextChange",
    "difference",
]

_CONTEXT_LINES = 3


class Change(StrEnum):
    """What became of a part from the one version to the other."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class TextChange(Frozen):
    """The text in one language: lines of a unified difference, the first line is the subject."""

    language: Language
    change: Change
    lines: tuple[str, ...]


class DeliveryChange(Frozen):
    """A delivery that came, went, or has other recipients or another alternative channel.

    `before` and `after` are numbers of recipients; `gained` and `lost` how many of them are not in
    the other version, and None where the lists cannot be read any more.
    """

    channel: Token
    group: Token
    language: Language
    change: Change
    before: Count | None
    after: Count | None
    alternative_before: Token | None
    alternative_after: Token | None
    gained: Count | None = None
    lost: Count | None = None


class AttachmentChange(Frozen):
    """An attachment that came, went, or has other bytes under the same name."""

    name: Line
    change: Change


class ReleaseChange(Frozen):
    """When it was to leave, and when it is to leave now."""

    before: Release
    after: Release


class Difference(Frozen):
    """Everything that is different; empty where only values or their sources are."""

    texts: tuple[TextChange, ...]
    deliveries: tuple[DeliveryChange, ...]
    attachments: tuple[AttachmentChange, ...]
    release: ReleaseChange | None


def difference(before: Message, after: Message) -> Difference:
    """Compare two versions; of lists of recipients it sees whether they differ, not how."""
    return Difference(
        texts=tuple(_texts(before, after)),
        deliveries=tuple(_deliveries(before.deliveries, after.deliveries)),
        attachments=tuple(_attachments(before.attachments, after.attachments)),
        release=None
        if before.release == after.release
        else ReleaseChange(before=before.release, after=after.release),
    )


def _texts(before: Message, after: Message) -> Iterable[TextChange]:
    earlier = {each.language: each for each in before.variants}
    later = {each.language: each for each in after.variants}
    for language in dict.fromkeys([*earlier, *later]):
        old, new = earlier.get(language), later.get(language)
        if old != new:
            lines = difflib.unified_diff(
                _lines(old), _lines(new), "before", "after", n=_CONTEXT_LINES, lineterm=""
            )
            change = _change(present=old is not None, stays=new is not None)
            yield TextChange(language=language, change=change, lines=tuple(lines))


def _lines(variant: Variant | None) -> list[str]:
    return [] if variant is None else [variant.subject, "", *variant.body.split("\n")]


def _deliveries(
    before: tuple[Delivery, ...], after: tuple[Delivery, ...]
) -> Iterable[DeliveryChange]:
    earlier = {(each.channel, each.group, each.language): each for each in before}
    later = {(each.channel, each.group, each.language): each for each in after}
    for channel, group, language in dict.fromkeys([*earlier, *later]):
        old = earlier.get((channel, group, language))
        new = later.get((channel, group, language))
        if old != new:
            yield DeliveryChange(
                channel=channel,
                group=group,
                language=language,
                change=_change(present=old is not None, stays=new is not None),
                before=old.count if old else None,
                after=new.count if new else None,
                alternative_before=old.alternative if old else None,
                alternative_after=new.alternative if new else None,
            )


def _attachments(
    before: tuple[Attached, ...], after: tuple[Attached, ...]
) -> Iterable[AttachmentChange]:
    earlier = {each.name: each for each in before}
    later = {each.name: each for each in after}
    for name in dict.fromkeys([*earlier, *later]):
        if earlier.get(name) != later.get(name):
            change = _change(present=name in earlier, stays=name in later)
            yield AttachmentChange(name=name, change=change)


def _change(*, present: bool, stays: bool) -> Change:
    if not present:
        return Change.ADDED
    return Change.CHANGED if stays else Change.REMOVED
