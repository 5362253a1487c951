"""Reads the catalogue: through the compiled cache where it is current, else from the TOML files."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from core import paths
from core.catalogue.cache import CompiledCache
from core.catalogue.problem import CatalogueProblem, Report
from core.catalogue.resources import CatalogueFile, list_files, parse
from core.catalogue.signals import check_signal, display_order, signal_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from core.catalogue.markers import MarkerScheme
    from core.model import Signal
    from core.toggles.model import Toggle
    from core.tools.model import Tool

    Check = Callable[[dict[str, Any], Report], dict[str, Any]]


class Catalogue:
    """What can be known. Immutable; a bad file is in `problems` and everything else is here."""

    def __init__(
        self,
        signals: Mapping[str, Signal],
        problems: tuple[CatalogueProblem, ...] = (),
        *,
        root: Path | None = None,
        cache_folder: Path | None = None,
    ) -> None:
        """Take signals in display order, what was wrong in their files, and where the rest is read from when it is asked for."""
        self._signals = MappingProxyType(dict(signals))
        self._problems = problems
        self._root = root
        self._cache_folder = cache_folder

    @property
    def signals(self) -> Mapping[str, Signal]:
        """All signals by id, in the order the window shows them."""
        return self._signals

    @property
    def problems(self) -> tuple[CatalogueProblem, ...]:
        """What is wrong in which signal file, by file name."""
        return self._problems

    @property
    def tools(self) -> Mapping[str, Tool]:
        """All AI tools by id, in the order of their names; read when first asked for."""
        return self._loaded_tools[0]

    @property
    def tool_problems(self) -> tuple[CatalogueProblem, ...]:
        """What is wrong in which tool file."""
        return self._loaded_tools[1]

    @cached_property
    def markers(self) -> Mapping[str, MarkerScheme]:
        """All schemes of hidden markers known from reports, by id; read when first asked for."""
        from core.catalogue.markers import load_markers  # most commands never ask

        return load_markers(self._root)[0]

    @property
    def toggles(self) -> Mapping[str, Toggle]:
        """All toggles by id, those made from the tools' opt-outs last; read when first asked for."""
        return self._loaded_toggles[0]

    @property
    def toggle_problems(self) -> tuple[CatalogueProblem, ...]:
        """What is wrong in which toggle file."""
        return self._loaded_toggles[1]

    @cached_property
    def _loaded_toggles(self) -> tuple[Mapping[str, Toggle], tuple[CatalogueProblem, ...]]:
        from core.catalogue.toggles import load_toggles  # most commands never ask

        return load_toggles(self.tools, self._root, cache_folder=self._cache_folder)

    @cached_property
    def _loaded_tools(self) -> tuple[Mapping[str, Tool], tuple[CatalogueProblem, ...]]:
        from core.catalogue.tools import load_tools  # most commands never ask

        return load_tools(self._root, cache_folder=self._cache_folder)


def load_catalogue(root: Path | None = None, *, cache_folder: Path | None = None) -> Catalogue:
    """Load the catalogue of Telltale itself (cached), or of another folder (never cached unless a cache folder is given)."""
    if root is None:
        root = paths.resource_root() / "catalogue"
        cache_folder = cache_folder or paths.cache_dir()
    files = list_files(root / "signals")
    cache = CompiledCache(cache_folder, "signals", files) if cache_folder else None
    if cache and (signals := cache.load(_signals_by_id)) is not None:
        return Catalogue(signals, root=root, cache_folder=cache_folder)
    contents, problems = read_files(files, check_signal)
    contents.sort(key=display_order)
    if cache and not problems and contents:
        cache.store(contents)
    if not contents:
        problems = (*problems, CatalogueProblem("signals", "", "holds no signal that can be used; reinstall Telltale"))
    return Catalogue(_signals_by_id(contents), problems, root=root, cache_folder=cache_folder)


def read_files(files: tuple[CatalogueFile, ...], check: Check) -> tuple[list[dict[str, Any]], tuple[CatalogueProblem, ...]]:
    """Parse and check files whose `id` must be their name; a file with problems is left out."""
    contents, problems = [], []
    for file in files:
        report = Report(file.name)
        content = _read_one(file, check, report)
        if report.problems:
            problems.extend(report.problems)
        else:
            contents.append(content)
    return contents, tuple(problems)


def _read_one(file: CatalogueFile, check: Check, report: Report) -> dict[str, Any]:
    document = parse(file, report)
    if report.problems:
        return {}
    content = check(document, report)
    if content.get("id", file.stem) != file.stem:
        report.add("id", f"is not the file's name {file.stem!r}")
    return content


def _signals_by_id(contents: list[dict[str, Any]]) -> dict[str, Signal]:
    return {content["id"]: signal_from(content) for content in contents}
