"""How index.html looks: on a screen, in the dark, and on paper."""

from __future__ import annotations

__all__ = ["STYLE"]

STYLE = """
:root { color-scheme: light dark; --ink: #16202b; --soft: #5b6875; --line: #d9dfe6;
  --paper: #fff; --shade: #f4f6f9; --mark: #0b5c8a; --warn: #8a4b00; --warn-shade: #fdf3e3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #35404b;
  --paper: #12181f; --shade: #1b232c; --mark: #6cbbe8; --warn: #f0b868; --warn-shade: #2e2413; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
header p.id { margin: 0; color: var(--soft); letter-spacing: .04em; }
h1 { margin: .1rem 0 .6rem; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.6rem 0 .7rem; font-size: 1.25rem; border-bottom: 2px solid var(--line);
  padding-bottom: .3rem; }
h3 { margin: 1.4rem 0 .3rem; font-size: 1rem; }
a { color: var(--mark); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin-top: 1.2rem; }
code, .mono { font: .86em/1.45 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: .4rem;
  padding: .8rem 1rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 1rem;
  background: var(--shade); padding: .05rem .7rem; margin: 0 .35rem .35rem 0; font-size: .9rem; }
.tag.strong { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.note { border-left: .3rem solid var(--mark); background: var(--shade); padding: .7rem 1rem;
  margin: 1.4rem 0; }
.note.warn { border-color: var(--warn); background: var(--warn-shade); }
.soft { color: var(--soft); }
.small { font-size: .86rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.4rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: .82rem; font-weight: 600; color: var(--soft);
  border-bottom: 1px solid var(--ink); padding: .3rem .7rem .3rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .45rem .7rem .45rem 0; vertical-align: top; }
td.said { width: 100%; overflow-wrap: anywhere; overflow: clip; white-space: pre-line; }
th, td.number { white-space: nowrap; overflow-wrap: normal; }
td.name { min-width: 11rem; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.who { white-space: nowrap; max-width: 15rem; overflow: hidden; text-overflow: ellipsis; }
tr.withheld td { background: repeating-linear-gradient(-45deg, var(--shade) 0 .5rem,
  transparent .5rem 1rem); color: var(--soft); }
tr:target td { background: var(--warn-shade); }
.decision { border: 1px solid var(--line); border-radius: .5rem; padding: .1rem 1rem .8rem;
  margin: .8rem 0; break-inside: avoid; }
.decision ul { margin: .4rem 0 0; padding-left: 1.2rem; }
@media screen and (max-width: 48rem) {
  .timeline thead { display: none; }
  .timeline tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .timeline td { display: inline; border: 0; padding: 0 .5rem 0 0; white-space: normal; }
  .timeline td.said { display: block; }
}
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --shade: #f2f2f2;
    --mark: #000; --warn: #000; --warn-shade: #f2f2f2; }
  @page { size: A4 landscape; margin: 14mm; }
  html { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  a { text-decoration: none; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""
