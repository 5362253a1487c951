from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.model import Group, Sensitivity
from core.probes.result import Absent, Ok
from core.redact import MaskKind, Sensitive
from gui.bridge import Batch
from gui.marks import Mark
from gui.models.roles import Column, Role
from gui.models.signal_filter import SignalFilter, TellingSignals
from gui.models.signal_table import SignalTable, runs
from gui.models.store import Query, Store
from gui.widgets.finder import Find, FinderList, rank

if TYPE_CHECKING:
    from core.model import Reading

WARN = QAbstractItemModelTester.FailureReportingMode.Fatal


def changed(store: Store, signal: str) -> Reading:
    reading = store.reading(signal)
    assert reading is not None
    return replace(reading, result=Ok((Sensitive("Else/Where", MaskKind.FULL),)))


def test_the_table_and_its_proxies_keep_the_rules_of_models(table: SignalTable, store: Store) -> None:
    proxy, telling = SignalFilter(table, store), TellingSignals(table, store)
    testers = [QAbstractItemModelTester(model, WARN) for model in (table, proxy, telling)]
    proxy.set_query(Query(text="zone"))
    proxy.set_grouped(False)
    proxy.sort(Column.VALUE, Qt.SortOrder.DescendingOrder)
    proxy.set_query(Query(groups=frozenset({Group.WHO})))
    proxy.set_grouped(True)
    store.take(Batch({"time-zone": changed(store, "time-zone")}))
    assert len(testers) == 3
    assert proxy.rowCount() > 1


def test_the_finder_keeps_the_rules_of_models() -> None:
    model = FinderList()
    tester = QAbstractItemModelTester(model, WARN)
    model.set_things([Find("Time zone", "Signal", "clock", lambda: None), Find("Settings", "Page", "settings", lambda: None)])
    model.search("zone")
    assert model.rowCount() == 1
    model.search("nothing like this")
    assert model.rowCount() == 0
    assert tester.model() is model


def test_every_signal_has_one_row_under_the_header_of_its_group(table: SignalTable, store: Store) -> None:
    rows = [table.row_at(number) for number in range(table.rowCount())]
    assert sum(row.signal is not None for row in rows) == len(store.signals)
    groups = [row.group for row in rows if row.signal is None]
    assert groups == [group for group in Group if any(signal.group == group for signal in store.signals.values())]


def test_a_change_tells_only_its_row_and_its_header(table: SignalTable, store: Store) -> None:
    told: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    signal = list(store.signals)[5]
    store.take(Batch({signal: changed(store, signal)}))
    rows = {number for first, last in told for number in range(first, last + 1)}
    header = max(number for number in range(table.row_of(signal)) if table.row_at(number).signal is None)
    assert rows == {table.row_of(signal), header}


def test_neighbouring_rows_are_told_together() -> None:
    assert runs([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert runs([]) == []


def test_what_changed_is_remembered_newest_first(store: Store) -> None:
    store.take(Batch({"time-zone": changed(store, "time-zone")}))
    store.take(Batch({"time-zone": replace(changed(store, "time-zone"), result=Absent("gone"))}))
    assert [happening.signal for happening in store.happenings] == ["time-zone", "time-zone"]
    assert isinstance(store.happenings[0].after.result, Absent)


def test_the_same_answer_again_is_no_change(store: Store) -> None:
    reading = store.reading("time-zone")
    assert reading is not None
    store.take(Batch({"time-zone": replace(reading, took_ms=9.9)}))
    assert not store.happenings


def test_a_scan_that_began_and_ended_within_one_delivery_is_told_to_have_ended(store: Store) -> None:
    told: list[bool] = []
    store.scanning_changed.connect(told.append)
    store.take(Batch(is_scanning=False))
    assert told == [False]


def test_a_filter_never_looks_into_values(table: SignalTable, store: Store) -> None:
    reading = replace(changed(store, "time-zone"), result=Ok((Sensitive("xyzzy-canary", MaskKind.FULL),)))
    store.take(Batch({"time-zone": reading}))
    proxy = SignalFilter(table, store)
    proxy.set_query(Query(text="xyzzy"))
    assert proxy.signal_count() == 0
    proxy.set_query(Query(text="time zone"))
    assert proxy.signal_count() >= 1


def test_groups_stay_in_place_whatever_the_order(table: SignalTable, store: Store) -> None:
    proxy = SignalFilter(table, store)
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        proxy.sort(Column.VALUE, order)
        rows = [proxy.index(number, 0) for number in range(proxy.rowCount())]
        headers = [index.data(Role.GROUP) for index in rows if index.data(Role.IS_HEADER)]
        assert headers == [group for group in Group if group in headers]
        assert rows[0].data(Role.IS_HEADER)


def test_the_most_telling_signals_can_be_read_and_point_to_somebody(table: SignalTable, store: Store) -> None:
    telling = TellingSignals(table, store)
    ids = [telling.index(number, 0).data(Role.ID) for number in range(telling.rowCount())]
    assert ids
    assert all(store.mark(item) is Mark.COULD_SEE and store.signals[item].sensitivity >= Sensitivity.POINTS for item in ids)


def test_a_signal_that_vanishes_leaves_the_most_telling(table: SignalTable, store: Store) -> None:
    telling = TellingSignals(table, store)
    before = telling.rowCount()
    store.take(Batch({"time-zone": replace(changed(store, "time-zone"), result=Absent("gone"))}))
    assert telling.rowCount() == before - 1


def test_finding_prefers_the_beginning_of_a_title() -> None:
    find = Find("Time zone", "Signal", "clock", lambda: None, "tells where you are")
    assert [rank(find, text) for text in ("", "time", "zone", "one", "where", "keyboard")] == [3, 0, 1, 2, 3, None]
