"""A source's set-up page as HTML. Contributors write it: HTML in it is text, and a link leads to the web or nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from hinomi.library import catalog
from hinomi.library.contracts import LibraryError

LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class SetupPage:
    """``language`` is the one it is written in."""

    language: str
    html: SafeString


def setup_page(name: str, language: str) -> SetupPage | None:
    """The page in the reader's language, or in another where there is no such; None where there is none."""
    for written in (language, *LANGUAGES):
        try:
            return SetupPage(written, rendered(catalog.setup_page(name, written)))
        except LibraryError:
            continue
    return None


def rendered(text: str) -> SafeString:
    """The page without its first heading: the page around it has one."""
    markdown = renderer()
    tokens = markdown.parse(text)
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return SafeString(html)  # the renderer escapes


def renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = is_web  # type: ignore[method-assign]
    markdown.add_render_rule("table_open", open_table)
    markdown.add_render_rule("table_close", close_table)
    return markdown


def is_web(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def open_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: EnvType
) -> str:
    """A table scrolls inside, never the page."""
    label = gettext("表")
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">' + renderer.renderToken(
        tokens, index, options, environment
    )


def close_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, environment: Any
) -> str:
    return renderer.renderToken(tokens, index, options, environment) + "</div>"
