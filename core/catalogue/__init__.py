"""The catalogue: what can be known, read from TOML files; a bad file is named and the rest still loads."""

from __future__ import annotations

from core.catalogue.loader import Catalogue, load_catalogue
from core.catalogue.problem import CatalogueProblem

__all__ = ["Catalogue", "CatalogueProblem", "load_catalogue"]
