"""Compile once a run what libraries compile for every app and engine: a run makes thousands."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from werkzeug.routing import Rule

from lti_app.sandbox import database


@contextmanager
def compiled_routes() -> Iterator[None]:
    """Keep what Werkzeug compiles of a route; it is the same in every app."""
    compile_builder = Rule._compile_builder
    kept: dict[Hashable, Callable[..., tuple[str, str]]] = {}

    def compile_once(self: Rule, *wanted: bool) -> Callable[..., tuple[str, str]]:
        known_by = self.rule, tuple(self._trace), repr(self.defaults), wanted
        if known_by not in kept:
            kept[known_by] = compile_builder(self, *wanted)
        return kept[known_by]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@contextmanager
def compiled_statements() -> Iterator[None]:
    """Keep what SQLAlchemy compiles of a statement for one sandbox's file for those after it."""
    make_engine = database._engine
    kept: dict[str, Engine] = {}

    def like_the_first(path: Path) -> Engine:
        engine = make_engine(path)
        first = kept.setdefault("first", engine)
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_engine", like_the_first)
        yield
