"""Playing recorded time, and the zoom of the minimap while it stands still."""

from __future__ import annotations

from ttdebug.replay import player
from ttdebug.tui.doing.base import Doing
from ttdebug.tui.doing.travelling import Count


class PlayDoing(Doing):
    """space, + and -."""

    def do_play(self, count: Count) -> None:
        """Play from here, or pause."""
        playback = self.screen.player
        if playback.stop():
            self.showing.say("Paused")
        else:
            playback.start()
            self.showing.say(f"Playing at {playback.speed:g}x")
        self.showing.footer()

    def no_play(self) -> str | None:
        """Needs something ahead."""
        lineage = self.desk.lineage
        at_end = lineage.index_of(self.desk.position.seq) >= len(lineage) - 1
        if at_end and not self.screen.player.playing:
            return "This is the end. g goes to the start"
        return None

    def do_faster(self, count: Count) -> None:
        """Play faster, or zoom the minimap in."""
        if self.screen.player.playing:
            self._speed(player.faster(self.screen.player.speed))
        else:
            self.showing.map.zoom(2)

    def do_slower(self, count: Count) -> None:
        """Play slower, or zoom the minimap out."""
        if self.screen.player.playing:
            self._speed(player.slower(self.screen.player.speed))
        else:
            self.showing.map.zoom(0.5)

    def _speed(self, speed: float) -> None:
        self.screen.player.set_speed(speed)
        self.showing.say(f"Playing at {speed:g}x")
