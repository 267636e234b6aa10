"""How the page of key figures looks, by day and by night; and which style may apply."""

from __future__ import annotations

import base64
import hashlib

__all__ = ["STYLE", "STYLE_SOURCE"]

STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --soft: #566370; --line: #d9dfe6;
  --paper: #f4f6f9; --card: #fff; --mark: #0b5c8a; --warn: #9a2c12; --good: #1d6335; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #35404b;
  --paper: #12181f; --card: #1a222b; --mark: #7cc4ee; --warn: #ff9d86; --good: #86d6a0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 0 0 .6rem; font-size: 1.2rem; line-height: 1.35; }
h3 { margin: 0; font-size: 1rem; line-height: 1.35; }
p { margin: .3rem 0; }
.lead, .soft, footer { color: var(--soft); font-size: .94rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  margin: 1.25rem 0; padding: 1.1rem 1.5rem; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; overflow-wrap: normal; }
th, td { text-align: right; vertical-align: top; padding: .45rem 0 .45rem 1rem;
  border-top: 1px solid var(--line); font-weight: 400; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal;
  min-width: 14rem; }
thead th { border: 0; color: var(--soft); font-size: .94rem; }
tbody th strong { font-weight: 600; }
tbody th span { display: block; color: var(--soft); font-size: .88rem; }
.worse { color: var(--warn); } .better { color: var(--good); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr));
  gap: 1.25rem 1.75rem; }
svg { display: block; width: 100%; height: auto; margin-top: .35rem; }
.column { fill: var(--mark); }
.zero { stroke: var(--line); stroke-width: 1; }
.tick { fill: var(--soft); font-size: 10px; text-anchor: middle; }
.top { fill: var(--soft); font-size: 11px; }
dl { margin: 0; } dt { font-weight: 600; margin-top: .7rem; } dd { margin: 0; }
footer { padding-bottom: 3rem; }
@media (max-width: 30rem) { header { padding-top: 1.5rem; } h1 { font-size: 1.5rem; }
  section { padding: .9rem 1.1rem; } table { font-size: .94rem; }
  th:first-child, td:first-child { min-width: 8rem; } tbody th span { display: none; } }
@media print { body { background: #fff; color: #000; } section { border: 0; padding: 0; } }
"""

STYLE_SOURCE = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
"""The one style that a browser may apply to the page (Content Security Policy, `style-src`)."""
