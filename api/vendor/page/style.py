"""How the page of a provider looks, by day and by night; and which style may apply."""

from __future__ import annotations

import base64
import hashlib

__all__ = ["STYLE", "STYLE_SOURCE"]

STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --soft: #566370; --line: #d9dfe6;
  --edge: #7b8894; --paper: #f4f6f9; --card: #fff; --mark: #0b5c8a; --on-mark: #fff;
  --warn: #9a2c12; --warn-shade: #fdeeea; --good: #1d6335; --good-shade: #e8f5ec; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #35404b;
  --edge: #7d8a97; --paper: #12181f; --card: #1a222b; --mark: #7cc4ee; --on-mark: #0d1720;
  --warn: #ff9d86; --warn-shade: #341c17; --good: #86d6a0; --good-shade: #16301f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1.0625rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 0 0 .6rem; font-size: 1.2rem; line-height: 1.35; }
p { margin: .5rem 0; }
a { color: var(--mark); text-underline-offset: .15em; }
:focus-visible { outline: .2rem solid var(--mark); outline-offset: .15rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  margin: 1.25rem 0; padding: 1.1rem 1.5rem; }
.lead { margin: .2rem 0 0; color: var(--soft); }
.said { white-space: pre-line; }
.soft { color: var(--soft); font-size: .94rem; }
.notice { border-left: .4rem solid var(--good); background: var(--good-shade); }
.alert { border-left: .4rem solid var(--warn); background: var(--warn-shade); }
.notice h2 { color: var(--good); } .alert h2, .missed { color: var(--warn); }
td.missed { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-top: 1px solid var(--line); font-weight: 400; }
thead th { border: 0; color: var(--soft); font-size: .94rem; }
ol { list-style: none; margin: 0; padding: 0; }
ol > li { padding: .6rem 0; border-top: 1px solid var(--line); }
ol > li:first-child { border: 0; padding-top: 0; }
details { border-top: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; font-weight: 600; padding: .45rem 0; color: var(--mark); }
form { padding: .3rem 0 1rem; }
label { display: block; margin: .8rem 0 .2rem; font-weight: 600; font-size: .98rem; }
.hint { font-weight: 400; color: var(--soft); }
input, select, textarea, button { font: inherit; color: inherit; max-width: 100%; }
input, select, textarea { width: 100%; padding: .5rem .65rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: .4rem; }
input[type=datetime-local], select { width: 15rem; }
textarea { min-height: 6rem; resize: vertical; }
button { margin-top: 1rem; padding: .6rem 1.3rem; border: 0; border-radius: .4rem;
  background: var(--mark); color: var(--on-mark); font-weight: 600; cursor: pointer; }
footer { padding-bottom: 3rem; color: var(--soft); font-size: .94rem; }
@media (max-width: 30rem) {
  header { padding-top: 1.5rem; } h1 { font-size: 1.5rem; } section { padding: .9rem 1.1rem; }
  table { font-size: .94rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
}
@media print { body { background: #fff; color: #000; } form, details { display: none; }
  section { border: 0; padding: 0; } }
"""

STYLE_SOURCE = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
"""The one style that a browser may apply to the page (Content Security Policy, `style-src`)."""
