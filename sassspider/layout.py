"""The element paths of a page, and those that the loader knows: a rebuilt site has others."""

from __future__ import annotations

from lxml import etree

# Paths of the elements that a page has, and of the attributes that feed a field.
EXPECTED_PATHS = frozenset(
    [
        "html",
        "html/@class",
        "html/head",
        "html/head/title",
        "html/head/meta",
        "html/head/meta/@id",
        "html/body",
        "html/body/span",
        "html/body/span/a",
        "html/body/div",
        *(
            f"html/body/div/{name}"
            for name in ("h1", "h2", "h3", "h4", "h5", "a", "a/@href", "p", "b", "dd", "ul", "ul/li")
        ),
        "html/body/ul[new]",
        "html/body/ul[hot]",
    ]
)
# Those that a whole run may lack without a change of layout: it may have fetched a single article.
_OPTIONAL_PATHS = {
    *(f"html/body/a[{name}]{end}" for name in ("perv", "next") for end in ("", "/@href")),
    *(f"html/body/ul[{name}]/li{end}" for name in ("new", "hot") for end in ("", "/a")),
}
KNOWN_PATHS = EXPECTED_PATHS | _OPTIONAL_PATHS
_ANY_CONTENT = ("html/body/div/ul/li",)  # the loader reads these whatever elements they hold
_NAMED_BY_ID = ("html/body/a", "html/body/ul")  # several stand side by side; the id tells them apart
_MAX_PATHS = 100  # of one page; the site's pages have 30
_MAX_LENGTH = 200  # characters of an unknown path


def element_paths(root: etree._Element) -> frozenset[str]:
    """Return the paths of a page's elements and of the attributes that the loader reads, about 100 at most."""
    paths: set[str] = set()
    _add_paths(root, root.tag if isinstance(root.tag, str) else "", paths)
    return frozenset(paths)


def _add_paths(element: etree._Element, path: str, paths: set[str]) -> None:
    paths.add(path if len(path) <= _MAX_LENGTH else f"{path[:_MAX_LENGTH]}…")
    for name in element.keys():  # noqa: SIM118 - an element's iterator gives its children
        if (attribute := f"{path}/@{name!s}") in KNOWN_PATHS:
            paths.add(attribute)
    if path in _ANY_CONTENT or path not in KNOWN_PATHS:  # the path of an unknown element stands for its content
        return
    for child in element.iterchildren(tag=etree.Element):
        if len(paths) > _MAX_PATHS:
            return
        below = f"{path}/{child.tag!s}"
        own_id = child.get("id") if below in _NAMED_BY_ID else None
        _add_paths(child, f"{below}[{own_id!s}]" if own_id else below, paths)
