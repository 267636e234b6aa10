"""Texts that somebody might write to make a page, a PDF or a terminal do something."""

from __future__ import annotations

__all__ = ["HOSTILE"]

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)> ' onmouseover='alert(1)",
    "end of everything": "</bdi></td></table></style></title></body></html><svg/onload=alert(1)>",
    "entity": "&lt;script&gt; &amp; &#60;script&#62; &nbsp",
    "style": "} * { display: none } </style><style>",
    "comment": "<!-- --> <![CDATA[ ]]> <?php ?>",
    "braces": "{0} {style} {{body}} %s ${x}",
    "typst code": '#panic("x") #eval("1") #import "@preview/x:1.0.0" #read("/etc/passwd") #{',
    "typst markup": "*bold* _emph_ `raw` $ x^2 $ = Heading\n- item\n@ref <label> \\ ~ // no /* no",
    "typst brackets": "]]] )) }} [[[ (( {{ #",
    "link": "javascript:alert(1) https://evil.example/ file:///etc/passwd",
    "right to left": "\u202egnp.exe\u202c \u2067x\u2069 \u05d0\u05d1 \u0645\u0631\u062d",
    "emoji": "🧨 👩\u200d👩\u200d👧 🇪🇺 \U0001f3f4\U000e0067\U000e007f",
    "scripts": "Ελληνικά Кириллица łódź Győr Čeština ß ẞ 中文 한국어 हिन्दी ไทย",
    "combining": "Z\u0351\u036b\u0343\u034ba\u0317\u034dl\u0324go" * 40,
    "invisible": "a\u200bb\u200cc\u2060d\ufeffe\u00adf\u034fg\u3164h\u115fi",
    "long word": "x" * 900,
    "long text": "word " * 190,
    "lines": "one\ntwo\r\nthree\n\n\n\tfour\u2028five\u0085six",
    "noncharacters": "\ufffe\uffff\U0001ffff \ue000 \U00100000 \ufffd",
    "path": "../../../etc/passwd \\\\server\\share C:\\x",
}
"""By what they try."""
