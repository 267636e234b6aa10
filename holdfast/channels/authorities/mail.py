"""A mailbox of an authority: one mail a submission, with its documents attached.

The mail of a key is the same at every attempt, with the same Message-ID: a receiver knows a repeat.
"""

from __future__ import annotations

import asyncio
import ssl

from pydantic import SecretStr

from holdfast.automation.secret_files import SecretAway, read_secrets
from holdfast.channels.authorities.configuration import MailSettings
from holdfast.channels.authorities.naming import OfAuthority
from holdfast.channels.authorities.submission import AuthorityAnswer, Submission
from holdfast.channels.mail import MailSession
from holdfast.channels.mime import MailWriter
from holdfast.channels.outgoing import AnswerOutcome, Outgoing
from holdfast.channels.smtp import Security, SmtpAccess, Unreachable
from holdfast.domain.communication.mail_addresses import read_mailbox

__all__ = ["MailAuthority"]

_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_BODY = """\
This is a submission under Article 19 of Regulation (EU) 2022/2554 (DORA): {kind}.

Our number: {subject}
Attached: {names}

This mail was written by a program. Please answer to the address it comes from.
"""


class MailAuthority(OfAuthority):
    """A mailbox, through one mail server."""

    kind = "mail"

    def __init__(self, authority: str, settings: MailSettings) -> None:
        """Send by that server; nothing is connected before the first submission."""
        super().__init__(authority, settings)
        self._settings = settings

    def fault(self) -> str | None:
        """Why nothing can be sent from here: a secret is away, or no certificates are there."""
        try:
            self._access()
        except (SecretAway, Unreachable) as error:
            return str(error)
        return self.schema_fault()

    async def submit(self, submission: Submission) -> AuthorityAnswer:
        """Send one mail."""
        return await asyncio.to_thread(self._submit, submission)

    async def attempt_trial(self, submission: Submission) -> AuthorityAnswer:
        """Send the mail of a trial, as any other."""
        return await self.submit(submission)

    def _submit(self, submission: Submission) -> AuthorityAnswer:
        settings = self._settings
        writer = MailWriter(settings.sender_mailbox, settings.reply_to_mailbox)
        try:
            session = MailSession(self._access(), settings.sender_mailbox.address, writer)
        except (SecretAway, Unreachable) as error:
            return AuthorityAnswer(AnswerOutcome.NOT_NOW, str(error)[:200])
        try:
            answer = session.send(self._outgoing(submission))
        finally:
            session.end()
        said = None if answer.channel_id is None else answer.channel_id.encode()
        return AuthorityAnswer(
            answer.outcome,
            None if answer.because is None else answer.because[:200],
            said=said,
            media_type="text/plain; charset=utf-8" if said else None,
        )

    def _outgoing(self, submission: Submission) -> Outgoing:
        names = ", ".join(each.name for each in submission.documents)
        subject = self._settings.subject or "DORA Article 19"
        return Outgoing(
            key=submission.key,
            number=0,
            address=read_mailbox(self._settings.to).address,
            message_id=submission.subject,
            digest=submission.digest,
            subject=f"{subject}: {submission.subject} ({submission.kind})",
            body=_BODY.format(kind=submission.kind, subject=submission.subject, names=names),
            language="en",
            attachments=tuple(
                (each.name, each.document.media_type, each.document.content)
                for each in submission.documents
            ),
            released_at=submission.approved_at,
            incident=submission.chain,
            purpose=submission.kind,
            audience="authority",
        )

    def _access(self) -> SmtpAccess:
        settings = self._settings
        file = settings.authorities_file
        try:
            ssl.create_default_context(cafile=file)
        except OSError:
            message = f"there are no certificates in {file}"
            raise Unreachable(message) from None
        secret = settings.password_file
        return SmtpAccess(
            host=settings.host,
            port=settings.port or _PORTS[settings.security],
            security=settings.security,
            introduced_as=settings.introduced_as or settings.sender_mailbox.domain,
            user=settings.user,
            password=None if secret is None else SecretStr(read_secrets({"it": secret})["it"]),
            answers_within=settings.timeout_seconds,
            accepts_within=settings.accept_seconds,
            authorities=None if file is None else str(file),
        )
