"""Counts, times and sizes as text; unknown is `–`. Values from states stay exactly as recorded."""

from __future__ import annotations

import math

from ttdebug.view.gate import Safe, lit

UNKNOWN = lit("–")
_MS = 1_000_000
_S = 1_000_000_000


def seq(number: int | None) -> Safe:
    """An event number or a count, grouped: `2,417`."""
    return UNKNOWN if number is None else lit(f"{number:,}")


def elapsed(seconds: float | None) -> Safe:
    """Time since the start: `06:41.203`, from an hour on `1:06:41`."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    millis = round(abs(seconds) * 1000)
    minutes, millis = divmod(millis, 60_000)
    if seconds < 0:
        return lit(f"-{minutes}:{millis // 1000:02}.{millis % 1000:03}")
    if minutes >= 60:
        hours, minutes = divmod(minutes, 60)
        return lit(f"{hours}:{minutes:02}:{millis // 1000:02}")
    return lit(f"{minutes:02}:{millis // 1000:02}.{millis % 1000:03}")


def clock(seconds: float | None) -> Safe:
    """A length of time where thousandths say nothing: `12:08`, `7:44:10`."""
    text = elapsed(seconds)
    return lit(text[: -len(".000")]) if "." in text else text


def took(nanoseconds: int | None) -> Safe:
    """A duration: `12ms 1.92s 2m04s 1h12m`; empty where there is none to tell."""
    if nanoseconds is None:
        return lit("")
    if nanoseconds < 0:
        return lit("-") + took(-nanoseconds)
    if nanoseconds < 999_500_000:
        millis = round(nanoseconds / _MS)
        return lit(f"{millis}ms" if millis or not nanoseconds else "<1ms")
    if nanoseconds < 59_995_000_000:
        return lit(f"{nanoseconds / _S:.2f}s")
    seconds = round(nanoseconds / _S)
    if seconds < 3600:
        return lit(f"{seconds // 60}m{seconds % 60:02}s")
    if seconds < 360_000:
        return lit(f"{seconds // 3600}h{seconds % 3600 // 60:02}m")
    return lit(f"{seconds // 86_400}d{seconds % 86_400 // 3600:02}h")


def age(seconds: float) -> Safe:
    """How long ago: `now 9 min 3 h 2 d`."""
    if seconds < 60:
        return lit("now")
    if seconds < 3600:
        return lit(f"{int(seconds // 60)} min")
    if seconds < 86_400:
        return lit(f"{int(seconds // 3600)} h")
    return lit(f"{int(seconds // 86_400):,} d")


def size(count: int) -> Safe:
    """Bytes in steps of a thousand: `812 B`, `48.2 KB`, `1.9 MB`."""
    if count < 1000:
        return lit(f"{count} B")
    amount = float(count)
    for unit in ("KB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return lit(f"{amount:.1f} {unit}")
    return lit(f"{amount / 1000:,.1f} TB")


def rough(count: float) -> Safe:
    """A count where its first digits are enough: `812`, `6.1k`, `1.2M`."""
    if count < 1000:
        return lit(f"{count:g}")
    return lit(f"{count / 1000:.1f}k" if count < 999_950 else f"{count / 1e6:.1f}M")


def percent(share: float) -> Safe:
    """A share of a hundred with one decimal."""
    return lit(f"{share:.1f}%")


def plural(count: int, word: str) -> Safe:
    """`1 hit`, `2,417 hits`."""
    return lit(f"{count:,} {word}" if count == 1 else f"{count:,} {word}s")
