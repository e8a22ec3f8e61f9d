"""The prices that published issues were made from, each kept under its fingerprint, and a source of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.parquet as pq

from generator.core.errors import BadDataError, UnknownAssetError
from generator.core.files import write_atomically
from generator.market.history import OPTIONAL_FIELDS, Basis, PriceHistory, Rows, fingerprint
from generator.market.sources import PlainSource

FOLDER = Path("prices") / "snapshots"
_ASSET, _BASIS, _ROWS, _ZONE = b"asset", b"basis", b"rows", b"zone"


class SnapshotStore:
    """A folder of Parquet files, each named after the fingerprint of the one history that it holds.

    A file is never replaced: its name says what is in it.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER

    def path(self, key: str) -> Path:
        """The file of a fingerprint, which may not exist."""
        return self.folder / f"{key.removeprefix('sha256:')}.parquet"

    def save(self, history: PriceHistory) -> str:
        """Keep a history; its fingerprint.

        Raises
        ------
        OutputError : the file cannot be written.
        """
        key = fingerprint([history])
        if not self.path(key).exists():
            columns: dict[str, pa.Array] = {"sessions": pa.array(history.sessions.astype("datetime64[D]"))}
            for name in ("close", *OPTIONAL_FIELDS):
                values = getattr(history, name)
                if values is not None:
                    columns[name] = pa.array(values)
            told = {
                _ASSET: history.asset.encode(),
                _BASIS: history.basis.encode(),
                _ROWS: history.rows.encode(),
            }
            if history.zone is not None:
                told[_ZONE] = history.zone.encode()
            table = pa.table(columns).replace_schema_metadata(told)
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, compression="zstd")
            write_atomically(self.path(key), sink.getvalue().to_pybytes())
        return key

    def load(self, key: str, source: str) -> PriceHistory | None:
        """The history with this fingerprint, as from ``source``; None where it is not kept here.

        Raises
        ------
        BadDataError : the file is damaged, or holds other prices than its name says.
        """
        path = self.path(key)
        if not path.exists():
            return None
        try:
            table = pq.read_table(path)
            columns = {name: table[name].to_numpy() for name in table.column_names}
            sessions = columns.pop("sessions").astype("datetime64[D]")
            told = {key: table.schema.metadata[key].decode() for key in (_ASSET, _BASIS, _ROWS)}
            zone = table.schema.metadata.get(_ZONE)
            history = PriceHistory(
                told[_ASSET],
                sessions,
                source=source,
                basis=BASES[told[_BASIS]],
                rows=ROWS[told[_ROWS]],
                zone=None if zone is None else zone.decode(),
                **columns,
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            # Arrow names the file once more before it says what is wrong, and may end with a full stop.
            why = getattr(error, "strerror", None) or str(error).rpartition("': ")[2].rstrip(".")
            raise BadDataError(f"{path} cannot be read: {why}. {_ADVICE}") from error
        if fingerprint([history]) != key:
            raise BadDataError(f"{path} holds other prices than its name says. {_ADVICE}")
        return history


BASES: Mapping[str, Basis] = {name: name for name in get_args(Basis)}
ROWS: Mapping[str, Rows] = {name: name for name in get_args(Rows)}
_ADVICE = "Remove it, or bring it back from where it is kept."


class KeptSource(PlainSource):
    """A source of exactly these histories.

    Parameters
    ----------
    name : the name of the source that they once came from.
    known : by asset.
    absent : assets that this source did not have, each with the reason.
    credit : whose prices they were told to be; None where nobody said it.
    """

    vetted = True

    def __init__(
        self,
        name: str,
        known: Mapping[str, PriceHistory],
        absent: Mapping[str, str],
        credit: str | None = None,
    ) -> None:
        super().__init__()
        self.name, self._credit = name, credit
        self._known, self._absent = known, absent

    def history(self, asset: str) -> PriceHistory:
        """See ``Source.history``."""
        if asset in self._known:
            return self._known[asset]
        raise UnknownAssetError(self._absent.get(asset, f"no prices of '{asset}' were kept."))

    def spelled(self, asset: str) -> str:
        """As it was asked for: what was kept is kept under the names of then."""
        return asset

    def assets(self) -> tuple[str, ...]:
        """See ``Source.assets``."""
        return tuple(sorted(self._known))

    def credit(self, assets: Sequence[str]) -> str | None:
        """As was said then."""
        return self._credit
