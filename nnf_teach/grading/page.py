"""The frame of the HTML pages: one file each, nothing loaded from elsewhere, nothing that runs."""

from __future__ import annotations

from html import escape

# Okabe and Ito's palette, which the colour-blind can tell apart; never the only sign.
_STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1a1a1a; --ground: #fff; --line: #767676;
  --right: #0072b2; --partly: #b35c00; --wrong: #b3261e; --open: #6b6b6b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eee; --ground: #16181c; --line: #9a9a9a;
    --right: #56b4e9; --partly: #e69f00; --wrong: #ff9b85; --open: #a6a6a6;
  }
}
* { box-sizing: border-box; }
body {
  font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word;
}
h1, h2, h3, dd, p, li { overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; }
a { color: var(--right); }
.lead { font-size: 1.1rem; margin: 0 0 1rem; }
.quiet { color: var(--open); }
.notice { border: 2px solid var(--wrong); padding: .5rem .8rem; border-radius: 4px; }
.legend span { margin-right: 1.2rem; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td {
  text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0;
  border-bottom: 1px solid color-mix(in srgb, var(--line) 45%, transparent);
}
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.name { overflow-wrap: anywhere; min-width: 8rem; max-width: 22rem; font-weight: 400; }
.code { white-space: nowrap; }
.wide { min-width: 16rem; }
article {
  border: 1px solid color-mix(in srgb, var(--line) 60%, transparent); border-left: 6px solid;
  border-radius: 4px; padding: .6rem .9rem; margin: .6rem 0; break-inside: avoid;
}
article.passed { border-left-color: var(--right); }
article.partly { border-left-color: var(--partly); }
article.wrong { border-left-color: var(--wrong); }
article.open { border-left-color: var(--open); }
section > h3 { margin-top: 1.2rem; }
dl {
  margin: .4rem 0 0; display: grid; gap: .2rem 1rem;
  grid-template-columns: minmax(5rem, max-content) 1fr;
}
dt { font-weight: 600; }
dd { margin: 0; white-space: pre-wrap; min-width: 0; }
dd.code, code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
dd.code { white-space: pre-wrap; }
mark { color: inherit; background: none; border-bottom: 3px solid var(--wrong); font-weight: 700; }
details { margin-top: .5rem; }
summary { cursor: pointer; }
pre {
  font: .92em ui-monospace, "DejaVu Sans Mono", monospace;
  margin: .3rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere;
}
figure { margin: 0 0 1rem; overflow-x: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: .4rem; }
}
@media print {
  :root {
    --ink: #000; --ground: #fff; --line: #555;
    --right: #0072b2; --partly: #b35c00; --wrong: #b3261e; --open: #555;
  }
  body { max-width: none; padding: 0; font-size: 11pt; }
  .scroll, figure { overflow: visible; }
  article, svg { print-color-adjust: exact; }
}
"""
# Whatever slips through the escaping: no script, no picture from elsewhere, no form.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'"


def page(title: str, body: str) -> str:
    """Return a whole page; `title` is text, `body` is HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


UNSAFE = (
    '<p class="notice"><strong>Graded without a sandbox.</strong> The notebooks ran with process '
    "limits only, so a notebook could have changed more than its own marks.</p>"
)
