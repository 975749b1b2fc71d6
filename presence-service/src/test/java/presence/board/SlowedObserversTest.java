package presence.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import presence.wire.ServerFrameKind;

/** Observers of a board whose ticks are slowed down get fewer frames by the same factor. */
class SlowedObserversTest {
    private static final int FOR_MS = 3_000;
    private static final int STEP_MS = 1;

    private final BoardFixture fixture = new BoardFixture();
    private final Watcher ada = fixture.joined("Ada");
    private final Watcher observer = fixture.join(fixture.watcher("observer", 0), Map.of(), true);
    private final SlotTable slotTable = new SlotTable();
    private final TickPolicy policy = new TickPolicy(BoardFixture.TICK_MS, 10 * BoardFixture.TICK_MS);
    private final BoardLoop shared = new BoardLoop(
            observer.eventLoop(),
            fixture::nowMs,
            UnpooledByteBufAllocator.DEFAULT,
            policy,
            new IdentityHashMap<>(),
            fixture.memory,
            new Random(1));
    private final Fanout fanout = new Fanout(shared, fixture.metrics, true);
    private long tick;

    @AfterEach
    void close() {
        fixture.assertInOrder();
        fixture.close();
    }

    private ObserverTicker ticker() {
        fixture.settle();
        fanout.add(observer.seat, ServerFrameKind.CURSORS, null);
        return new ObserverTicker(
                shared,
                slotTable,
                fanout,
                new PagedReaders(
                        observer.seat.boardRef(), shared, slotTable, fanout, fixture.metrics, (seat, sinceTick) -> {}),
                observer.seat.boardRef(),
                0,
                BoardFixture.OBSERVER_TICK_MS,
                fixture.metrics,
                () -> false);
    }

    /** Returns how many frames the observer gets while a member moves in each tick. */
    private int frames(ObserverTicker ticker, SlotEntry mover, long boardIntervalMs) {
        observer.ticks();
        for (long ms = 0; ms < FOR_MS; ms += STEP_MS) {
            if (ms % boardIntervalMs == 0) {
                mover.position = CursorSlot.pack((int) ++tick, 0, false, fixture.nowMs());
                mover.movedAtMs = fixture.nowMs();
                mover.movedTick = tick;
                ticker.ticked(tick, fixture.nowMs(), boardIntervalMs, 0);
            }
            fixture.pass(STEP_MS);
            fixture.run();
        }
        return observer.ticks().size();
    }

    @Test
    void theirIntervalGrowsWithThatOfTheBoard() {
        ObserverTicker ticker = ticker();
        SlotEntry mover = new SlotEntry(
                ada.you, People.member(1, ada.you), People.HERE, new CursorSlot(new DirtyCursors(() -> {})));
        slotTable.add(mover);
        assertThat(frames(ticker, mover, BoardFixture.TICK_MS)).isBetween(28, 31);
        assertThat(frames(ticker, mover, 3 * BoardFixture.TICK_MS)).isBetween(9, 11);
        assertThat(frames(ticker, mover, BoardFixture.TICK_MS)).isBetween(27, 31);
        assertThat(observer.cursorOf("Ada").getX()).isGreaterThan((int) tick - 4);
    }
}
