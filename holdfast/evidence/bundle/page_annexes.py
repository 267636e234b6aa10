"""The rear part of index.html: rules, files, how to verify, and fingerprints."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.bundle.fingerprints import fingerprints_of
from holdfast.evidence.bundle.narrative import AttachedFile, NamedPolicy, Narrative
from holdfast.evidence.bundle.page_words import definitions, place, said, when, who

__all__ = ["annexes"]

_COMMAND = "python3 -I verify_evidence.py --vkey 'THE KEY OF THE LOG'"


def annexes(contents: BundleContents, narrative: Narrative) -> dict[str, str]:
    """Write the sections after the decisions, by name."""
    return {
        "policies": _policies(narrative.policies),
        "files": _files(narrative.attachments) + _artifacts(contents),
        "verify": _verify(contents),
        "fingerprints": _fingerprints(contents),
    }


def _policies(policies: Sequence[NamedPolicy]) -> str:
    if not policies:
        return '<p class="soft">No record here names one.</p>'
    rows = "\n".join(
        f'<tr><td class="name">{said(policy.name)}</td><td>{said(policy.version)}</td>'
        f'<td class="said"><code>{place(policy.digest, policy.withheld)}</code></td></tr>'
        for policy in policies
    )
    return f"""<p class="soft small">The exact versions under which the records were made.</p>
<table><thead><tr><th>Policy</th><th>Version</th><th>Content</th></tr></thead>
<tbody>
{rows}
</tbody></table>"""


def _files(attachments: Sequence[AttachedFile]) -> str:
    if not attachments:
        return '<p class="soft">No file was attached.</p>'
    rows = "\n".join(
        f'<tr><td class="said">{said(file.description)}<br><span class="soft small">'
        f"<code>{escape(file.attachment)}</code> · {said(file.media_type)} · {file.size:,} bytes"
        f'</span></td><td class="time">{when(file.collected_at)}</td>'
        f'<td class="who">{who(file.role, file.actor)}</td>'
        f"<td><code>{place(file.digest, file.withheld)}</code></td></tr>"
        for file in attachments
    )
    return f"""<p class="note warn">Files come from outside. Open them with care, and only with what
you would open an unknown mail attachment with.</p>
<table><thead><tr><th>File</th><th>Collected</th><th>By</th><th>Content</th></tr></thead>
<tbody>
{rows}
</tbody></table>"""


def _artifacts(contents: BundleContents) -> str:
    there = [artifact for artifact in contents.artifacts if artifact.withheld is None]
    size = sum(artifact.size or 0 for artifact in there)
    return (
        f'<p class="soft small">In <code>artifacts/</code>: {len(there)} of '
        f"{len(contents.artifacts)} artifacts that records name (policies, alerts as received, "
        f"files), {size:,} bytes; <code>artifacts.json</code> says which record names which.</p>"
    )


def _verify(contents: BundleContents) -> str:
    return f"""<p>In the folder of this page, offline, with Python 3.9 or newer and no more:</p>
<pre>{escape(_COMMAND)}</pre>
<p>Take the key from somewhere else than this bundle: from the entity that runs the log, from an
earlier bundle, or from your own files. It checks that each record has the content that the log
committed to, that each is in the log at its place, that none is missing from number 0 to
{contents.manifest.seq}, that nothing was cut off at the end, and that the log's key signed it.
If you kept a checkpoint of the log, add <code>--checkpoint FILE</code>: it shows that the log has
only grown since.</p>
<p>What it cannot show: whether what people stated was true, and the time of anything but by the
clocks of the log's operator, unless an outside authority stamped it.
{len(contents.timestamps)} timestamp(s) are here.</p>"""


def _fingerprints(contents: BundleContents) -> str:
    found = fingerprints_of(contents)
    rows = {}
    for number, (vkey, digest) in enumerate(found.keys, 1):
        which = f" {number}" if len(found.keys) > 1 else ""
        rows[f"Key{which} of the log"] = f"<code>{escape(vkey)}</code>"
        rows[f"SHA-256 of key{which}"] = f"<code>{digest}</code>"
    rows["Root of the log"] = f"<code>{found.root}</code>"
    rows["SHA-256 of <code>checkpoint</code>"] = f"<code>{found.checkpoint}</code>"
    rows["Leaf hash of the manifest"] = f"<code>{found.manifest}</code>"
    return (
        '<p class="soft small">Compare them over another channel than that by which this came.</p>'
        + definitions(rows)
    )
