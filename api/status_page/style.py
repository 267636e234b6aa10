"""How the status page looks: narrow and wide, by day and by night; and which style may apply."""

from __future__ import annotations

import base64
import hashlib

__all__ = ["STYLE", "STYLE_SOURCE"]

STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --soft: #566370; --line: #d9dfe6;
  --paper: #f4f6f9; --card: #fff; --mark: #0b5c8a; --warn: #8a4b00; --warn-shade: #fdf3e3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #35404b;
  --paper: #12181f; --card: #1a222b; --mark: #7cc4ee; --warn: #f0b868; --warn-shade: #2e2413; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1.0625rem/1.6 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem 1.5rem;
  justify-content: space-between; padding-top: 2.5rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2, h3 { margin: 0; font-size: 1.2rem; line-height: 1.35; }
h3 { font-size: 1.05rem; }
a { color: var(--mark); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: .2rem solid var(--mark); outline-offset: .15rem; }
nav ul, footer ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; margin: 0;
  padding: 0; }
nav [aria-current] { font-weight: 600; color: inherit; text-decoration: none; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  margin: 1.5rem 0; padding: .4rem 1.5rem; }
article { padding: 1.1rem 0 1.2rem; }
article + article { border-top: 1px solid var(--line); }
article:target { box-shadow: -1.5rem 0 0 -1.25rem var(--mark); }
.meta { margin: .2rem 0 .7rem; color: var(--soft); font-size: .92rem; }
.text { white-space: pre-line; }
.tag { display: inline-block; border-radius: 1rem; padding: .05rem .7rem; margin-right: .5rem;
  font-size: .85rem; line-height: 1.45; font-weight: 600; color: var(--warn);
  background: var(--warn-shade); border: 1px solid currentColor; }
summary { cursor: pointer; color: var(--soft); }
summary h2, summary h3 { display: inline; }
.superseded h2, .superseded h3, .superseded .text { color: var(--soft); }
.nothing { padding: 2rem 0; text-align: center; color: var(--soft); }
footer { padding-bottom: 3rem; color: var(--soft); font-size: .92rem; }
footer p { margin: .3rem 0; }
@media (max-width: 30rem) {
  header { padding-top: 1.5rem; }
  h1 { font-size: 1.5rem; }
  section { padding: .2rem 1.1rem; border-radius: .6rem; }
}
@media print { body { background: #fff; color: #000; } nav, footer ul { display: none; }
  section { border: 0; padding: 0; } }
"""

STYLE_SOURCE = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
"""The one style that a browser may apply to the page (Content Security Policy, `style-src`)."""
