"""The pages of signals and assets as files of ``build/docs``."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from generator.assembly.issue import Maker, forms, markdown_page
from generator.assembly.tables import table_html
from generator.charts.render import Draw, drawer
from generator.charts.studio import Task
from generator.core.files import OutputFile
from generator.core.names import free_name, slug
from generator.pages.assets import AssetPage
from generator.pages.lines import panel_svg, sketch_svg
from generator.pages.seasonality import Panels
from generator.pages.signals import SignalPage
from generator.pages.survey_site import SurveySite
from generator.site.templating import render
from generator.spec.letter import Letter

Keep = Callable[[Hashable, Callable[[], list[OutputFile]]], list[OutputFile]]


@dataclass(frozen=True)
class PanelsView:
    """Small charts ready to be set: title, caution, and of each its title, note and drawing."""

    title: str
    caution: str
    panels: tuple[tuple[str, str, Markup], ...]


def survey_drawings(site: SurveySite) -> Iterator[Task]:
    """What ``survey_files`` will have drawn, in its order."""
    for asset in site.assets:
        yield from forms(asset.picture, site.simulated)
        if asset.calendar is not None:
            yield from forms(asset.calendar.picture, site.simulated)


def survey_files(
    site: SurveySite, letter: Letter, artist: Draw | None = None, keep: Keep = lambda _, make: make()
) -> tuple[OutputFile, ...]:
    """The index of signals, a page for each signal and for each core asset, with their charts and CSVs.

    ``keep`` : makes the files of a page, or has those of one that was the same.
    """
    artist = artist or drawer(letter.looks)
    folders = asset_folders(site)
    names = {page.title: page.name for page in site.signals}
    index = markdown_page(
        "Signals",
        f"The signals that {letter.name} follows, and where each stands.",
        render(
            "site/signals.html",
            index=site.index,
            week=week_view(site, ""),
            assets=tuple((page, folders[page.ticker]) for page in site.assets),
        ),
        site.simulated,
    )
    files = [OutputFile("signals/index.md", index)]
    around = site.simulated, str(folders), str(names), repr(letter.looks)
    for signal in site.signals:
        maker = Maker(site.simulated, artist)
        files += keep((signal, *around), partial(_signal_files, signal, site, folders, maker))
    for asset in site.assets:
        maker = Maker(site.simulated, artist)
        make = partial(_asset_files, asset, site, names, folders[asset.ticker], maker)
        files += keep((asset, *around), make)
    return tuple(files)


def asset_folders(site: SurveySite) -> dict[str, str]:
    """The folder of each asset's page, by ticker."""
    folders: dict[str, str] = {}
    for page in site.assets:
        taken = set(folders.values())
        folders[page.ticker] = free_name(slug(page.ticker), taken.__contains__)
    return folders


def week_view(site: SurveySite, signals: str) -> Markup | None:
    """The week's table, its rows leading to the signals' pages in this folder."""
    if site.index.week is None:
        return None
    places = {page.title: f"{signals}{page.name}/index.html" for page in site.signals}
    return table_html(site.index.week, "week", places)


def _signal_files(
    page: SignalPage, site: SurveySite, folders: Mapping[str, str], maker: Maker
) -> list[OutputFile]:
    places = {ticker: f"../../assets/{folder}/index.html" for ticker, folder in folders.items()}
    alt = f"An idealised path on which the signal fires: {page.deck}"
    body = render(
        "site/signal.html",
        page=page,
        sketch=None if page.sketch is None else sketch_svg(page.sketch, alt),
        record=None if page.record is None else maker.table(page.record, places),
        standing=None if page.standing is None else maker.table(page.standing, places),
    )
    return _page_files(f"signals/{page.name}", page.title, page.deck, body, maker, site.simulated)


def _asset_files(
    page: AssetPage, site: SurveySite, names: Mapping[str, str], folder: str, maker: Maker
) -> list[OutputFile]:
    places = {title: f"../../signals/{name}/index.html" for title, name in names.items()}
    calendar = page.calendar
    picture = maker.picture(page.picture)
    season = None if calendar is None else maker.picture(calendar.picture)
    body = render(
        "site/asset.html",
        page=page,
        picture=picture,
        picture_spots=maker.spots(picture),
        standing=maker.table(page.standing, places),
        calendar=calendar,
        season=season,
        season_spots=None if season is None else maker.spots(season),
        groups=() if calendar is None else tuple(_panels_view(group) for group in calendar.groups),
        months=None if calendar is None or calendar.months is None else maker.table(calendar.months),
        weeks=None if calendar is None or calendar.weeks is None else maker.table(calendar.weeks),
    )
    title = f"{page.name} ({page.ticker})"
    return _page_files(f"assets/{folder}", title, page.deck, body, maker, site.simulated)


def _panels_view(group: Panels) -> PanelsView:
    panels = tuple((panel.title, panel.note, panel_svg(panel, group)) for panel in group.panels)
    return PanelsView(group.title, group.caution, panels)


def _page_files(
    folder: str, title: str, description: str, body: str, maker: Maker, simulated: bool
) -> list[OutputFile]:
    page = markdown_page(title, description, body, simulated)
    beside = [OutputFile(f"{folder}/{path}", content) for path, content in maker.files.items()]
    return [OutputFile(f"{folder}/index.md", page), *beside]
