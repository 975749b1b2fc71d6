"""Makes the site of the Markdown pages as they are in the repository.

Pages link to each other, and to files of the repository, by relative paths; so they can be read on any Git host. The
site keeps these paths: each page is known to MkDocs by its path from the root of the repository. `docs/` is left out
of addresses. The navigation is the index, `docs/README.md`: its headings are the sections, its links the pages. A page
under `docs/` that it lacks is a warning of MkDocs; one elsewhere is a file of the repository like any other.
"""

import os
import posixpath
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
INDEX = "docs/README.md"
SKIPPED = {"target", "node_modules", "dist"}
IMAGES = {".png", ".webp", ".svg", ".jpg"}
# Two addresses may not differ in case alone, for file systems that ignore it.
ADDRESSES = {INDEX: "pages/index.html", "SECURITY.md": "security-policy/index.html"}
# They mention everything: the search shows other pages first.
HISTORY = {"CHANGELOG.md", "presence-bench/RESULTS.md", "docs/architecture/decisions.md"}

REPOSITORY = os.environ.get("PRESENCE_REPOSITORY", "").rstrip("/")
REVISION = os.environ.get("PRESENCE_REVISION", "HEAD")


def sources(indexed):
    """Paths of all pages, and of the pictures beside them, from the root of the repository."""
    pages = set()
    pictures = set()
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        paths = {Path(folder, name).relative_to(ROOT).as_posix() for name in names}
        here = {path for path in paths if path.endswith(".md") and (path.startswith("docs/") or path in indexed)}
        pages |= here
        if here:
            pictures |= {path for path in paths if Path(path).suffix in IMAGES}
    return pages, pictures


def address(path):
    """Path of a page or picture in the site."""
    if path in ADDRESSES:
        return ADDRESSES[path]
    path = path.removeprefix("docs/")
    if not path.endswith(".md"):
        return path
    folder, name = posixpath.split(path.removesuffix(".md"))
    return posixpath.join(folder, "" if name == "README" else name.lower(), "index.html")


def navigation(index):
    """The sections of the index with their pages, and the paths of these; a page is where it is linked first."""
    sections = [{"Home": "README.md"}]
    seen = {"README.md", INDEX}
    for section in re.split(r"(?m)^## ", index)[1:]:
        heading, body = section.split("\n", 1)
        pages = []
        for title, target in re.findall(r"\[([^\]]+)\]\(([^)#]+\.md)\)", body):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(INDEX), target))
            if path not in seen:
                seen.add(path)
                pages.append({title: path})
        if pages:
            sections.append({heading.strip(): pages})
    sections.append({"All pages": INDEX})
    return sections, frozenset(seen)


class LinksToSources(Treeprocessor):
    """Links to files of the repository that are no pages lead to the repository, or are plain text without one."""

    def run(self, root):
        for link in root.iter("a"):
            target = link.get("href", "")
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(state["page"]), unquote(parts.path)))
            if path in state["files"] or not (ROOT / path).exists():
                continue
            if REPOSITORY:
                kind = "tree" if (ROOT / path).is_dir() else "blob"
                link.set("href", f"{REPOSITORY}/{kind}/{REVISION}/{path}")
            else:
                link.tag = "span"
                link.attrib.pop("href")


class SourceLinks(Extension):
    def extendMarkdown(self, md):
        # After links were made of Markdown, before MkDocs checks them.
        md.treeprocessors.register(LinksToSources(md), "links-to-sources", 1)


# The page that is being rendered, and what the site has: MkDocs renders one page after the other.
state = {"page": "", "indexed": frozenset(), "files": frozenset()}


def on_config(config):
    config.nav, state["indexed"] = navigation((ROOT / INDEX).read_text(encoding="utf-8"))
    config.markdown_extensions.append(SourceLinks())
    return config


def on_files(files, config):
    pages, pictures = sources(state["indexed"])
    own = [
        File(path, str(ROOT), config.site_dir, config.use_directory_urls, dest_uri=address(path))
        for path in sorted(pages | pictures)
    ]
    own.append(File("llms.txt", str(ROOT), config.site_dir, config.use_directory_urls, dest_uri="llms.txt"))
    state["files"] = frozenset(file.src_uri for file in own)
    theme = [file for file in files if file.src_dir != config.docs_dir]
    return Files(own + theme)


def on_page_markdown(markdown, page, config, files):
    state["page"] = page.file.src_uri
    if page.file.src_uri in HISTORY:
        page.meta["search"] = {"boost": 0.2}
    return markdown


def on_page_content(html, page, config, files):
    """A table without headings has no row of empty ones, and an empty heading is an empty cell."""
    html = re.sub(r"<thead>\s*<tr>(?:\s*<th[^>]*></th>)+\s*</tr>\s*</thead>", "", html)
    return re.sub(r"<th( [^>]*)?></th>", "<td></td>", html)


def on_post_page(output, page, config):
    """The theme's dialog for the search has no name."""
    return output.replace('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"')


def on_post_build(config):
    """Each page is in the site as Markdown, too, at its path in the repository: llms.txt names these."""
    for path in state["files"]:
        if path.endswith(".md"):
            copy = Path(config.site_dir, path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, copy)
