"""BPMN 2.0 files that were made to do harm, or are wrong: refused at once, with their lines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import cast

import pytest

from holdfast.errors import InvalidInput
from holdfast.evidence.bpmn.comparing import compare_bpmn
from holdfast.evidence.bpmn.reading import LARGEST_FILE, parse_bpmn, require_bpmn

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SECONDS = 2.0
"""None of these files takes a tenth of it; what grows with their content takes many times it."""


def file(inside: str = "", attributes: str = "", before: str = "") -> bytes:
    """A file that is right but for what is given; `inside` begins at line 3 without `before`."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>{before}'
    root = f'<definitions xmlns="{_MODEL}" targetNamespace="urn:x"{attributes}>'
    return f"{head}\n{root}\n{inside}</definitions>\n".encode()


def told(content: bytes) -> list[str]:
    """The faults that a file is refused with, soon."""
    require_bpmn(file())  # the schema is read once
    began = time.perf_counter()
    with pytest.raises(InvalidInput, match=r"no valid BPMN 2\.0 file") as refused:
        require_bpmn(content)
    assert time.perf_counter() - began < _SECONDS
    errors = cast("list[dict[str, str]]", refused.value.fields["errors"])
    return [each["message"] for each in errors]


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_LONG = "a" * 100_000
_DOCUMENT_TYPES = {
    "billion laughs": f'<!DOCTYPE d [<!ENTITY l0 "ha">{_LAUGHS}]>',
    "quadratic blowup": f'<!DOCTYPE d [<!ENTITY a "{_LONG}">]>',
    "external entity by file": '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "external entity by http": '<!DOCTYPE d [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>',
    "parameter entity": '<!DOCTYPE d [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>',
    "external document type": '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">',
    "public document type": '<!DOCTYPE d PUBLIC "-//x" "http://127.0.0.1:9/d.dtd">',
    "empty document type": "<!DOCTYPE definitions>",
}


@pytest.mark.parametrize("declared", _DOCUMENT_TYPES.values(), ids=_DOCUMENT_TYPES)
def test_a_document_type_is_refused_before_anything_in_it_is_read(declared: str) -> None:
    """So no entity is ever expanded, whether the file uses it or not."""
    content = file(f"<extension>{'&a;' * 1000}</extension>", before=f"\n{declared}")
    (fault,) = told(content)
    assert fault.startswith("line 2: a document type is declared")


_DEEP = "<documentation>" * 200 + "</documentation>" * 200
_HOSTILE = {
    "xinclude": (
        file('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
        "line 3: XInclude",
    ),
    "deep nesting": (file(_DEEP), "line 3: elements are nested deeper than 100"),
    "too many elements": (
        file("<message/>\n" * 60_000),
        "line 50002: there are more than 50,000 elements",
    ),
    "huge attribute": (
        file(f'\n<message name="{_LONG}"/>'),
        "line 4: 'name' is longer than 20,000 characters",
    ),
    "huge name": (file(f"<{_LONG}/>"), "line 3: it cannot be read"),
    "instruction before": (
        file(before='\n<?xml-stylesheet href="http://127.0.0.1:9/"?>'),
        "line 2: an instruction to 'xml-stylesheet'",
    ),
    "instruction within": (file("<?php echo 1 ?>"), "line 3: an instruction to 'php'"),
    "entity that nobody declares": (
        file("<documentation>&a;</documentation>"),
        "line 3: it is no well-formed XML: undefined entity",
    ),
    "another root": (
        f'\n<process xmlns="{_MODEL}"/>'.encode(),
        "line 2: the root is",
    ),
    "another namespace": (b'<definitions xmlns="urn:other"/>', "line 1: the root is"),
    "no namespace": (b'<definitions targetNamespace="urn:x"/>', "line 1: the root is"),
    "invalid UTF-8": (file() + b"\n<!-- \xff -->", "line 5: the file is not UTF-8"),
    "invalid URI of a namespace": (file(attributes=' xmlns:q="::::%"'), "line 2: it cannot be"),
    "UTF-16": (file().decode().replace("UTF-8", "UTF-16").encode("utf-16"), "line 1: the file is"),
    "empty": (b"", "line 1: it is no well-formed XML: no element found"),
    "only whitespace": (b" \n\n ", "line 3: it is no well-formed XML: no element found"),
    "truncated": (file("<message/>\n<mess")[:-20], "line 4: it is no well-formed XML"),
    "NUL bytes": (file("\n\0"), "line 4: it is no well-formed XML"),
    "no XML": (b"bpmn: 2.0\n", "line 1: it is no well-formed XML"),
    "an element that nobody knows": (
        file('<process id="p">\n<dance id="d"/></process>'),
        f"line 4: Element '{{{_MODEL}}}dance': This element is not expected",
    ),
    "two elements with one id": (
        file('<message id="a"/>\n<process id="b"/>\n<process id="a"/>'),
        f"line 5: Element '{{{_MODEL}}}process', attribute 'id': 'a' is not a valid value",
    ),
}


@pytest.mark.parametrize(("content", "says"), _HOSTILE.values(), ids=_HOSTILE)
def test_what_is_hostile_or_wrong_is_refused_with_its_line(content: bytes, says: str) -> None:
    """In one sentence that names the place."""
    faults = told(content)
    assert len(faults) == 1
    assert faults[0].startswith(says)


def test_all_faults_are_told_at_once_up_to_twenty() -> None:
    """Whoever mends a file need not send it once for each."""
    two = told(file('<message nmae="a"/>\n<process id="p">\n<dance/></process>'))
    assert [each.partition(":")[0] for each in two] == ["line 3", "line 5"]
    assert len(told(file('<message nmae="a"/>\n' * 30))) == 20


@pytest.mark.parametrize("fault", ['<message id="a"/>', '<message nmae="a" nome="b"/>'])
def test_very_many_faults_take_no_longer_than_reading_the_file(fault: str) -> None:
    """To find the place of each by the schema would take as long as the file is, for each."""
    assert told(file(f"{fault}\n" * 40_000))


def test_a_file_is_refused_by_its_size_before_it_is_read() -> None:
    """Whatever is in it."""
    with pytest.raises(InvalidInput, match="2,000,000 are the most"):
        require_bpmn(b" " * (LARGEST_FILE + 1))


def test_an_encoding_that_a_file_declares_does_not_make_another_file_of_it() -> None:
    """Two parsers that took it at its word in two ways would look at two files."""
    content = file('<message name="Stra\u00dfe"/>')
    for declared in (b"ISO-8859-1", b"UTF-7", b"cp037", b"UTF-16"):
        root = parse_bpmn(content.replace(b"UTF-8", declared))
        assert root[0].get("name") == "Stra\u00dfe", declared


class _Listener(BaseHTTPRequestHandler):
    """Serves a schema to whoever asks, and remembers that somebody did."""

    asked: list[str]
    schema: bytes

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.schema)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


_OTHER_SCHEMA = b"""<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other">
<element name="number" type="integer"/></schema>"""
"""By which the file below would be wrong."""


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    """A server of this machine, whose `asked` stays empty."""
    _Listener.asked, _Listener.schema = [], _OTHER_SCHEMA
    with HTTPServer(("127.0.0.1", 0), _Listener) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_where_a_file_says_that_schemas_lie_nobody_looks(
    listener: HTTPServer, tmp_path: Path
) -> None:
    """It is taken as if it said nothing: what stands there could make it wrong, and does not."""
    here = tmp_path / "other.xsd"
    here.write_bytes(_OTHER_SCHEMA)
    address = f"http://127.0.0.1:{listener.server_port}/other.xsd"
    inside = '<extensionElements><o:number xmlns:o="urn:other">six</o:number></extensionElements>'
    asks = f'<import importType="{_MODEL}" namespace="urn:other" location="{address}"/>'
    for place in (address, here.as_uri(), str(here)):
        hint = f'xsi:schemaLocation="urn:other {place} {_MODEL} {place}"'
        other = f'xsi:noNamespaceSchemaLocation="{place}"'
        process = f'{asks}<process id="p" {hint}>{inside}</process>'
        root = parse_bpmn(file(process, attributes=f' xmlns:xsi="{_XSI}" {hint} {other}'))
        assert root[1].get("id") == "p"
        assert not [name for each in root.iter() for name in each.attrib if "Location" in name]
    assert _Listener.asked == []


_BEFORE = """<process id="p" name="Isolation">
<startEvent id="begin"/><userTask id="ask" name="Ask"><documentation>Whom?</documentation>
</userTask><task id="gone" name="Fax it"/></process>"""
_DIAGRAM = """<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" id="drawn">
<d:BPMNPlane id="plane" bpmnElement="p"/></d:BPMNDiagram>"""


def test_files_are_compared_by_the_ids_of_their_elements() -> None:
    """What an element says itself counts, not what is in it under an id of its own."""
    after = _BEFORE.replace('<task id="gone" name="Fax it"/>', '<endEvent id="end"/>')
    after = after.replace("Whom?", "Whom, and when?").replace('"begin"', '"begin" name="Alert"')
    found = compare_bpmn(file(_BEFORE), file(after))
    assert found.added == ("endEvent end",)
    assert found.removed == ("task gone: Fax it",)
    assert found.changed == ("startEvent begin: Alert", "userTask ask: Ask")


def test_where_things_are_drawn_and_in_which_lines_is_no_difference() -> None:
    """A diagram that comes, or elements in other lines, change nothing of the process."""
    found = compare_bpmn(file(_BEFORE), file(_BEFORE.replace("\n", " ") + _DIAGRAM))
    assert (found.added, found.removed, found.changed) == ((), (), ())


def test_an_element_that_becomes_one_of_another_kind_has_changed() -> None:
    """Its id is the same, and so is its name."""
    found = compare_bpmn(file(_BEFORE), file(_BEFORE.replace("userTask", "manualTask")))
    assert found.changed == ("manualTask ask: Ask",)
