"""Reading a BPMN 2.0 file that anybody may have written.

A file is looked through by a parser that stops at the first declaration of a document type: so no
entity is ever expanded and nothing outside is ever asked for, whatever the file says. Only then
does a second one hold it against the schema of the OMG (BPMN 2.0.2, `schema/`), in which nothing
leads out of this folder.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from holdfast.errors import InvalidInput

__all__ = ["LARGEST_FILE", "parse_bpmn", "require_bpmn"]

LARGEST_FILE = 2_000_000
"""Bytes of the largest file that is read."""

_DEEPEST = 100
_MOST_ELEMENTS = 50_000
_LONGEST_ATTRIBUTE = 20_000
_MOST_FAULTS = 20
"""As many faults are told at once."""
_MOST_SOUGHT = 1_000
"""Where there are more faults, no lines are sought: each takes as long as the file has elements."""

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_OF_THE_OMG = "http://www.omg.org/spec/"
_XINCLUDE = "http://www.w3.org/2001/XInclude"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SEPARATOR = " "
_SCHEMA = Path(__file__).parent / "schema" / "BPMN20.xsd"


def require_bpmn(content: bytes) -> None:
    """Require that these bytes are a BPMN 2.0 file, valid against the schema of the OMG.

    Raises:
        InvalidInput: they are not; says where and why, up to twenty faults at once.
    """
    parse_bpmn(content)


def parse_bpmn(content: bytes) -> Any:  # noqa: ANN401 - lxml says nothing of its elements' types
    """Read the file; return its root element.

    Raises:
        InvalidInput: as `require_bpmn` does.
    """
    _look_through(content)
    root = _tree(content)
    # A hint where a schema may lie would lead out of here.
    etree.strip_attributes(root, f"{{{_XSI}}}schemaLocation")
    etree.strip_attributes(root, f"{{{_XSI}}}noNamespaceSchemaLocation")
    schema = _schema()
    if not schema.validate(root):
        _refuse([_fault(each.line, each.message) for each in schema.error_log])
    return root


def _tree(content: bytes) -> Any:  # noqa: ANN401 - as above
    """Read what was looked through; a file of too many faults ends here."""
    counting = _parser(_schema())
    try:
        etree.fromstring(content, counting)
    except etree.XMLSyntaxError as error:
        if len(counting.error_log) > _MOST_SOUGHT:
            words = f"there are more than {_MOST_SOUGHT:,} faults, such as this: {error.msg}"
            _refuse([_fault(None, words)])
    try:
        return etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        _refuse([_fault(error.lineno, f"it cannot be read: {error.msg}")])


def _parser(schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    # Of one encoding whatever the file declares: else two parsers might read two files in it.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        schema=schema,
    )


class _Looking:
    """The first look: what no file of a process needs is refused where it begins."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8", _SEPARATOR)
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.ExternalEntityRefHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._depth = self._count = 0
        self._ids: set[str] = set()
        self._repeated: list[dict[str, object]] = []

    def through(self, content: bytes) -> None:
        """Look through all of it."""
        self._parser.Parse(content, True)  # noqa: FBT003 - that is how expat has it

    def _doctype(self, *_: object) -> NoReturn:
        _refuse([self._here("a document type is declared, and with it entities: take it out")])

    def _instruction(self, target: str, _words: str) -> None:
        _refuse([self._here(f"an instruction to '{target[:80]}', which nothing here obeys")])

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._count == 1 and name != f"{_MODEL}{_SEPARATOR}definitions":
            root = name[:200]
            _refuse([self._here(f"the root is '{root}', not definitions of BPMN 2.0, {_MODEL}")])
        if name.startswith(f"{_XINCLUDE}{_SEPARATOR}"):
            _refuse([self._here("XInclude asks for another file: put its content here")])
        if self._depth > _DEEPEST:
            _refuse([self._here(f"elements are nested deeper than {_DEEPEST}")])
        if self._count > _MOST_ELEMENTS:
            _refuse([self._here(f"there are more than {_MOST_ELEMENTS:,} elements")])
        for attribute, value in attributes.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                words = f"'{attribute[:80]}' is longer than {_LONGEST_ATTRIBUTE:,} characters"
                _refuse([self._here(words)])
        if name.startswith(_OF_THE_OMG) or f"{_XSI}{_SEPARATOR}type" in attributes:
            self._require_own_id(attributes.get("id"))

    def _require_own_id(self, id_: str | None) -> None:
        """A few are left to the schema, which tells them with all other faults."""
        if id_ in self._ids:
            self._repeated.append(self._here(f"there is another element with the id '{id_[:80]}'"))
        elif id_ is not None:
            self._ids.add(id_)
        if len(self._repeated) > _MOST_FAULTS:
            _refuse(self._repeated)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _here(self, words: str) -> dict[str, object]:
        return _fault(self._parser.CurrentLineNumber, words)


def _look_through(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        message = f"the file has {len(content):,} bytes; {LARGEST_FILE:,} are the most"
        raise InvalidInput(message)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse([_fault(line, "the file is not UTF-8: save it as that")])
    try:
        _Looking().through(content)
    except expat.ExpatError as error:
        _refuse(
            [_fault(error.lineno, f"it is no well-formed XML: {expat.ErrorString(error.code)}")]
        )


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    """The schema of the OMG, read once: it is part of this program."""
    return etree.XMLSchema(etree.parse(_SCHEMA))


def _fault(line: int | None, words: str) -> dict[str, object]:
    return {"pointer": "", "line": line or 0, "message": words}


def _refuse(faults: list[dict[str, object]]) -> NoReturn:
    told = [
        {"pointer": each["pointer"], "message": f"{_place(each)}{each['message']}"}
        for each in faults[:_MOST_FAULTS]
    ]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    message = f"this is no valid BPMN 2.0 file: {told[0]['message']}{more}"
    raise InvalidInput(message, errors=told)


def _place(fault: dict[str, object]) -> str:
    return f"line {fault['line']}: " if fault["line"] else ""
