package presence.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import presence.board.BoardClient;
import presence.board.Seat;
import presence.proto.Watched;
import presence.proto.WatchedBoard;
import presence.testing.client.Frames;
import presence.wire.ErrorCode;
import presence.wire.ServerFrameKind;

/** A connection without a socket that keeps what it was told of watched boards. */
final class FakeWatcher implements BoardClient {
    private final EventLoop loop;
    private final Map<String, WatchedBoard> boards = new TreeMap<>();
    /** The boards of each frame, in the order of arrival. */
    final List<List<String>> frames = new ArrayList<>();

    boolean clear = true;
    int largestFrame;

    FakeWatcher(EventLoop loop) {
        this.loop = loop;
    }

    WatchedBoard board(String name) {
        WatchedBoard board = boards.get(name);
        assertThat(board).as(name).isNotNull();
        return board;
    }

    int boardCount() {
        return boards.size();
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void write(ServerFrameKind kind, ByteBuf frame) {
        if (kind != ServerFrameKind.WATCHED) {
            frame.release();
            return;
        }
        assertThat(clear).as("the reader takes what is written").isTrue();
        largestFrame = Math.max(largestFrame, frame.readableBytes());
        Watched watched = Frames.read(frame).getWatched();
        frames.add(watched.getBoardsList().stream().map(WatchedBoard::getBoard).toList());
        watched.getBoardsList().forEach(board -> boards.put(board.getBoard(), board));
    }

    @Override
    public void offer(ServerFrameKind kind, ByteBuf frame) {
        frame.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isClear() {
        return clear;
    }

    @Override
    public boolean takesCursors() {
        return clear;
    }

    @Override
    public int waitMs() {
        return 0;
    }

    @Override
    public void readsMayWait(long forMs) {}

    @Override
    public void refuseSignal(long retryAfterMs, long requestId, int boardRef) {}

    @Override
    public void startOver(String why) {
        throw new AssertionError(why);
    }

    @Override
    public void onSeatLost(Seat seat, ErrorCode why, ByteBuf frame) {
        frame.release();
    }
}
