"""What ``precedent scan`` does, the way one would write it in an afternoon: pandas, one asset after another.

Twenty signals on closes, seven horizons, statistics of the forward returns after each signal and on any day.
It has no p-values, no cooldown, no separate periods and no ranking: it does less than the scan.

    python -m tests.benchmarks.pandas_way UNIVERSE.parquet ASSETS
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

HORIZONS = (5, 10, 21, 42, 63, 126, 252)


def rsi(close: pd.Series[float], n: int) -> pd.Series[float]:
    moves = close.diff()
    gain = moves.clip(lower=0).ewm(alpha=1 / n, adjust=False).mean()
    loss = (-moves).clip(lower=0).ewm(alpha=1 / n, adjust=False).mean()
    return 100 * gain / (gain + loss)


def since(flags: pd.Series[bool]) -> pd.Series[float]:
    place = pd.Series(np.arange(len(flags)), index=flags.index)
    return place - place.where(flags).ffill()


def streak(flags: pd.Series[bool]) -> pd.Series[int]:
    return flags.astype(int).groupby((~flags).cumsum()).cumsum()


def crosses(x: pd.Series[float], y: pd.Series[float] | float) -> pd.Series[bool]:
    above = x > y
    return above & ~above.shift(1, fill_value=False)


def signals(close: pd.Series[float]) -> dict[str, pd.Series[bool]]:
    high, low = close == close.rolling(20).max(), close == close.rolling(20).min()
    year_high = close == close.rolling(252).max()
    fall, moves = 100 * (close / close.rolling(252).max() - 1), 100 * close.pct_change()
    record = close == close.cummax()
    average, short = close.rolling(200).mean(), close.rolling(50).mean()
    macd = close.ewm(span=12, adjust=False).mean() - close.ewm(span=26, adjust=False).mean()
    fourteen, noise = rsi(close, 14), moves.rolling(20).std(ddof=0)
    band = close.rolling(20).mean() - 2 * close.rolling(20).std(ddof=0)
    up, down = close > close.shift(1), close < close.shift(1)
    above = close > average
    return {
        "reverse-up": high & (since(low) <= 8),
        "reverse-down": low & (since(high) <= 8),
        "golden-cross": crosses(short, average),
        "death-cross": crosses(average, short),
        "back-above-the-average": above & (above.rolling(126).sum() == 1),
        "macd-turns-up": crosses(macd, 0.0),
        "year-high-after-drought": year_high & (year_high.rolling(252).sum() == 1),
        "record-close-after-drought": record & (record.rolling(252).sum() == 1),
        "up-day-streak": streak(up) >= 8,
        "down-day-streak": streak(down) >= 6,
        "nine-of-ten-up-days": (up.rolling(10).sum() >= 9) & (100 * close.pct_change(10) >= 5),
        "thrust-from-a-low": (100 * close.pct_change(10) >= 8) & (fall.rolling(10).min() <= -10),
        "rsi-oversold": crosses(-fourteen, -30.0),
        "rsi-overbought": crosses(fourteen, 70.0),
        "two-day-rsi-dip": (rsi(close, 2) < 5) & above,
        "lower-band-close": crosses(band, close),
        "correction": crosses(-fall, 10.0),
        "bear-market": crosses(-fall, 20.0),
        "volatility-spike": noise >= 2 * moves.rolling(252).std(ddof=0),
        "volatility-squeeze": noise == noise.rolling(252).min(),
    }


def record(close: pd.Series[float]) -> list[pd.Series[float]]:
    rows = []
    forward = {h: close.shift(-h) / close - 1 for h in HORIZONS}
    lowest = {h: close.rolling(h).min().shift(-h) / close - 1 for h in HORIZONS}
    highest = {h: close.rolling(h).max().shift(-h) / close - 1 for h in HORIZONS}
    baseline = {h: forward[h].describe() for h in HORIZONS}
    for fires in signals(close).values():
        begins = fires & ~fires.shift(1, fill_value=False)
        for h in HORIZONS:
            returns = forward[h][begins].dropna()
            row = returns.describe()
            row["win_rate"] = (returns > 0).mean()
            row["sharpe"] = returns.mean() / returns.std(ddof=0) if len(returns) > 1 else np.nan
            row["profit_factor"] = returns[returns > 0].sum() / max(-returns[returns < 0].sum(), 1e-12)
            row["max_drawdown"], row["max_runup"] = lowest[h][begins].min(), highest[h][begins].max()
            row["edge"] = row["mean"] - baseline[h]["mean"]
            rows.append(row)
    return rows


def main() -> None:
    path, count = sys.argv[1], int(sys.argv[2])
    table = pd.read_parquet(path)
    chosen = table[table["Ticker"].isin(table["Ticker"].unique()[:count])]
    for _, rows in chosen.groupby("Ticker", sort=False):
        record(rows.set_index("Date")["Close"])


if __name__ == "__main__":
    main()
