"""Pages made to harm their reader, and a program that reads them all: ``python -m tests.security.attacks PORT PIPE``.

It prints a JSON line for each: its name, the result, and the most memory that the process has taken so far.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from sassspider.layout import element_paths
from sassspider.links import find_section_links
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError
from tests.samples import URL, make_page, make_page_xml
from tests.watch import peak

Attack = Callable[[], bytes]
_RARE = "\U0001f600".encode()
_TEXT = b"<p>The ferry runs again.</p>"  # the sample page's body


def doctypes(port: str, pipe: str) -> Iterator[tuple[str, Attack]]:
    """Documents that declare a type; ``pipe`` hangs whoever opens it, ``port`` notes whoever asks."""
    web = f"http://127.0.0.1:{port}"
    texts = {
        "an external entity in a file": f'[<!ENTITY e SYSTEM "file://{pipe}">]><h>&e;</h>',
        "an external entity on the network": f'[<!ENTITY e SYSTEM "{web}/e">]><h>&e;</h>',
        "a public entity": f'[<!ENTITY e PUBLIC "-//X//Y" "{web}/p">]><h>&e;</h>',
        "an entity in an attribute": f'[<!ENTITY e SYSTEM "{web}/a">]><h a="&e;"/>',
        "an external parameter entity": f'[<!ENTITY % e SYSTEM "{web}/q"> %e;]><h/>',
        "a parameter entity in a file": f'[<!ENTITY % e SYSTEM "file://{pipe}"> %e;]><h/>',
        "nested parameter entities": "[<!ENTITY % a \"<!ENTITY b 'c'>\"> %a;]><h>&b;</h>",
        "a type on the network": f'SYSTEM "{web}/d"><h/>',
        "a type in a file": f'SYSTEM "file://{pipe}"><h/>',
        "a public type": f'PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{web}/x"><h/>',
        "an entity in itself": '[<!ENTITY a "&b;"><!ENTITY b "&a;">]><h>&a;</h>',
        "attributes by default": '[<!ATTLIST h class CDATA "103002">]><h/>',
        "a notation": f'[<!NOTATION n SYSTEM "{web}/n"><!ENTITY e SYSTEM "{web}/m" NDATA n>]><h/>',
        "ten to the ninth laughs": laughs(10),
        "laughs through parameters": laughs(10, "% ", "%"),
        "one long entity, often": f'[<!ENTITY a "{"x" * 100_000}">]><h>{"&a;" * 100_000}</h>',
        "many entities": "[" + "<!ENTITY a SYSTEM 'x'>" * 20_000 + "]><h/>",
    }
    for name, text in texts.items():
        for encoding in ("utf-8", "utf-16", "utf-16-be", "utf-32", "gb18030"):
            yield f"{name}, {encoding}", lambda text=text, encoding=encoding: declared(text, encoding)
    for name, encoding in (("UTF-7", "utf-7"), ("EBCDIC", "cp037")):
        yield f"{name} hides a type", lambda encoding=encoding: hidden(encoding)
    yield "a type behind comments", lambda: b"<!-- a > b -->\n<?x ?>" * 40_000 + b'<!DOCTYPE h [<!ENTITY a "b">]><h/>'
    yield "an unending prolog", lambda: b"<!--" * 90_000 + b"<!DOCTYPE h><h/>"


def laughs(deep: int, kind: str = "", sign: str = "&") -> str:
    declarations = [f'<!ENTITY {kind}a0 "laugh">']
    declarations += [f'<!ENTITY {kind}a{n} "{f"{sign}a{n - 1};" * 10}">' for n in range(1, deep)]
    return f"[{''.join(declarations)}]><h>&a{deep - 1};</h>"


def declared(text: str, encoding: str) -> bytes:
    name = encoding.replace("-be", "")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    return f'{mark}<?xml version="1.0" encoding="{name}"?><!DOCTYPE h {text}'.encode(encoding)


def hidden(encoding: str) -> bytes:
    rest = '<!DOCTYPE h [<!ENTITY a "b">]><h>&a;</h>'
    body = rest.replace("<", "+ADw-").replace("!", "+ACE-").encode() if encoding == "utf-7" else rest.encode(encoding)
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + body


BODIES: dict[str, Attack] = {
    # Those that take the most memory come first: what is free again is not given back.
    "5 MB of a link's title": lambda: b'<a href=/a title="%s">x</a>' % (_RARE + b"ab " * 1_600_000),
    "5 MB of text that takes four times as much": lambda: _RARE + b"x " * 2_450_000,
    "4 MB of address": lambda: b'<a href="/%s">x</a>' % (b"%g " * 1_600_000),
    "500,000 tags written as references": lambda: b"]]>%s<![CDATA[" % (b"&lt;b&gt;" * 500_000),
    "5 MB of a picture beside such a text": lambda: (
        _RARE + b'<img src="data:image/png;base64,%s">' % (b"A" * 4_900_000)
    ),
    "480 kB of Markdown's signs": lambda: b"[*_`" * 120_000,
    "6,000 emphases with something inside": lambda: b"<span style=font-weight:bold>x<i>y</i></span>" * 6_000,
    "24,000 levels of HTML": lambda: b"<div>" * 24_000,
    "99,000 levels of HTML": lambda: b"<div>" * 99_000,
    "24,000 empty blocks": lambda: b"<p></p>x" * 12_000,
    "a tag with 200,000 attributes": lambda: b"<p %s>x</p>" % b" ".join(b"a%d" % n for n in range(200_000)),
    "150,000 references": lambda: b"&" * 150_000,
    "text below 300 levels": lambda: b"x" + b"<div>" * 300 + b"y",
    "8,000 nested tables": lambda: b"<table><tr><td>" * 8_000,
    "24,000 pictures": lambda: b"<img src=/a>" * 24_000,
    "a long address opened again in 6,000 paragraphs": lambda: b"<p><a href=/%s>%s" % (b"a" * 8_000, b"<p>x" * 6_000),
    "12,000 rows as wide as one of 1,000 columns": lambda: b"<table><tr><td colspan=1000>x" + b"<tr><td>x" * 12_000,
    "100 formats opened again in 2,000 paragraphs": lambda: (
        b"<p>" + b"".join(b"<b a%d>" % n for n in range(100)) + b"<p>x" * 2_000
    ),
    "24,000 tags that begin in each other": lambda: b"<a" * 24_000,
    "5 MB of them": lambda: b"<a" * 2_500_000,
    "24,000 options": lambda: b"<select>" + b"<option>x" * 24_000,
    "8,000 cells that reach to the table's end": lambda: b"<table>" + b"<tr><td rowspan=99999>x" * 8_000,
    "600 links around 8,000 pieces": lambda: (
        b"".join(b"<a href=/%d><object>" % n for n in range(600)) + b"x<i>y</i>" * 4_000
    ),
    "600 files around a long name": lambda: (
        b"".join(b"<a href=%d.pdf><object>" % n for n in range(600)) + b"ab " * 150_000
    ),
    "25 tables around 24,000 paragraphs": lambda: b"<table><tr><td>x<td>" * 25 + b"<p>x" * 24_000,
    "48 roots around 12,000 terms": lambda: b"<math>" + b"<msqrt>" * 48 + b"<mi>x</mi>" * 12_000,
    "6,000 styles": lambda: b"".join(b"<p style='color:%d;%s'>x" % (n, b"a:b;" * 100) for n in range(6_000)),
    "12,000 numbers that leap": lambda: b"<ol>%s" % b"".join(b"<li value=%d>x" % (3 * n) for n in range(12_000)),
}


def sizes() -> Iterator[tuple[str, Attack]]:
    """Pages that are sound but for their measure."""
    yield "100,000 levels", lambda: b"<b>" * 100_000 + b"</b>" * 100_000
    yield "16 MB of text", lambda: b"<html>" + b"x" * 16_000_000 + b"</html>"
    yield "160,000 authors", lambda: make_page_xml(parts=f"<h5>{'ab,' * 160_000}</h5>")
    yield "300,000 suffixes", lambda: make_page_xml(parts=f"<h5>{'Jr., ' * 300_000}</h5>")
    yield "5 MB of breadcrumb", lambda: make_page_xml(crumbs=f'<a href="/1/">{"ab " * 1_600_000}</a>')
    links = "<a href='/x.pdf'>" * 200 + "{}" + "</a>" * 200
    yield (
        "200 links in each other around a long name",
        lambda: make_page_xml(parts=f"<ul><li>{links.format('ab ' * 500_000)}</li></ul>"),
    )
    yield "5,000 elements in a long namespace", lambda: namespaced("A" * 100_000, 5_000)
    yield "90,000 elements in a namespace", lambda: namespaced("A" * 300, 90_000)
    yield "90,000 elements of unknown names", lambda: make_page_xml(after="".join(f"<x{n}/>" for n in range(90_000)))
    yield (
        "100 elements of long names",
        lambda: make_page_xml(after="".join(f"<{'x' * 45_000}{n}/>" for n in range(100))),
    )
    yield "5 MB of declarations of nothing", lambda: make_page_xml().replace(b"<h1", b"<h1" + b" xmlns" * 800_000)
    yield "10 MB that takes four times as much", lambda: b"<html>%s%s</html>" % (_RARE, b"x" * 9_900_000)
    yield "10 MB with as many references as may be", lambda: _RARE + b"&lt;" * 290_000 + b"x" * 8_000_000
    for name, markup in BODIES.items():
        yield name, lambda markup=markup: make_page_xml().replace(_TEXT, markup())


def namespaced(name: str, elements: int) -> bytes:
    return make_page_xml(after=f'<div xmlns:q="{name}">{"".join(f"<q:x{n}/>" for n in range(elements))}</div>')


def read(body: bytes) -> str:
    """Read a page as a crawl does: its links, the article, the places that it has."""
    with suppress(DamagedPageError):
        find_section_links(body, URL, "http://en.sass.cn", "103002")
    try:
        article = read_article(make_page(body))
        assert article.tree is not None
        element_paths(article.tree)
    except DamagedPageError as error:
        return f"refused: {error}"
    return f"taken: {article.word_count} words"


def main(port: str, pipe: str) -> None:
    for name, attack in (*doctypes(port, pipe), *sizes()):
        page = attack()
        start = time.process_time()
        result = read(page)
        seconds = time.process_time() - start
        print(json.dumps({"name": name, "result": result[:200], "peak": peak(), "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
