"""``python -m fuzzing.page_reader SECONDS``: change the frozen pages, guided by coverage, until one breaks a rule.

A page that breaks a rule of tests/invariants.py is written to ``.fuzz/``; ``python -m fuzzing.page_reader FILE`` reads
one again. Once mended, it belongs into ``tests/fuzzed/``, where a test reads it from then on.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sassspider", "w3lib", "itemloaders"]):
    from tests.invariants import hold

FOLDER = Path(".fuzz")
PAGES = Path("tests")
LARGEST = 16_384  # bytes; larger pages take longer and cover no more code
SLOWEST = 20  # seconds for one page
# Tokens of XML and HTML that mean something to the reader; changes put them in.
# fmt: off
TOKENS = [
    "<!DOCTYPE", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "&amp;", "&lt;", "&#0;", "&#x202e;", "&nbsp;", "//",
    "<p>", "</p>", "<h1>", "</h1>", "<h4>", "<h5>", "<span style='font-weight:bold'>", "</span>", "<strong>", "<em>",
    "<table>", "<caption>", "<tr>", "<td>", "<ul>", "<li>", "<dl>", "<pre>", "<code>", "<br>", "<img src='",
    "<a href='", "</a>", "<form>", "<blockquote>", "javascript:", "http://", "mailto:", ".pdf", "<svg>", "<math>",
    "<style>", "<title>", "<template>", "<script>",
]
# fmt: on


def write_seeds(folder: Path) -> None:
    """Write the frozen pages, their bodies alone, and what was found before into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*PAGES.glob("pages/**/page.xml"), *PAGES.glob("fuzzed/*.*")):
        data = path.read_bytes()
        name = "-".join(path.relative_to(PAGES).parts)
        (folder / name).write_bytes(data)
        _, _, rest = data.partition(b"<![CDATA[")
        if rest:
            (folder / f"{name}-body").write_bytes(rest.partition(b"]]>")[0])


def main(given: str) -> None:
    """Fuzz for this many seconds, or read one file."""
    options = [f"-max_len={LARGEST}", f"-timeout={SLOWEST}", "-rss_limit_mb=2048", f"-artifact_prefix={FOLDER}/"]
    if given.isdigit():
        write_seeds(FOLDER / "seeds")
        (FOLDER / "found").mkdir(exist_ok=True)
        tokens = "".join('"{}"\n'.format("".join(f"\\x{one:02x}" for one in token.encode())) for token in TOKENS)
        (FOLDER / "tokens").write_text(tokens, encoding="ascii")
        options += [f"-max_total_time={given}", f"-dict={FOLDER}/tokens", f"{FOLDER}/found", f"{FOLDER}/seeds"]
    else:
        options.append(given)
    atheris.Setup([sys.argv[0], *options], hold)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
