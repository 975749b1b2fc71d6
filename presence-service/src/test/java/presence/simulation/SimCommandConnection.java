package presence.simulation;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import presence.cluster.redis.NodeCommands;
import presence.cluster.redis.NodeConnection;
import presence.cluster.redis.Publication;

/** A connection for commands, or for cursors, which have no timeout. */
final class SimCommandConnection extends SimConnection implements NodeConnection.Commands {
    private static final long TIMEOUT_US = 2 * VirtualTime.SECOND;

    private final Lane lane;
    private final boolean hasTimeouts;
    private final NodeCommands commands = new SimCommands(this);
    private final Queue<Pending> pending = new ArrayDeque<>();
    private boolean timerRuns;
    private boolean immediate;

    private record Pending(Function<SimRedis, Object> command, CompletableFuture<Object> reply, long sentUs) {}

    SimCommandConnection(NodeLink link, SimServer server, Lane lane, boolean hasTimeouts) {
        super(link, server, lane, hasTimeouts ? 0 : 1);
        this.lane = lane;
        this.hasTimeouts = hasTimeouts;
    }

    boolean hasTimeouts() {
        return hasTimeouts;
    }

    /** @param immediate whether commands are answered within the call, for a start that waits for answers */
    void answerAtOnce(boolean immediate) {
        this.immediate = immediate;
    }

    @Override
    public NodeCommands commands() {
        return commands;
    }

    @Override
    public void keepAlive() {
        send(redis -> 0L, new CompletableFuture<>());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void dispatch(List<Publication> publications) {
        for (Publication each : publications) {
            send(redis -> redis.publish(each.channel(), each.message()), (CompletableFuture<Object>)
                    (CompletableFuture<?>) each);
        }
    }

    <T> CompletableFuture<T> send(Function<SimRedis, T> command) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        send(command, reply);
        return reply;
    }

    @SuppressWarnings("unchecked")
    private <T> void send(Function<SimRedis, T> command, CompletableFuture<T> reply) {
        Session through = session();
        if (through == null) {
            reply.completeExceptionally(new RedisException("Currently not connected. Commands are rejected."));
            return;
        }
        Pending sent = new Pending(
                (Function<SimRedis, Object>) command,
                (CompletableFuture<Object>) reply,
                link.time().nowUs());
        if (immediate) {
            answerNow(sent);
            return;
        }
        pending.add(sent);
        transmit(through, sent);
        startTimer();
    }

    private void answerNow(Pending sent) {
        try {
            sent.reply.complete(sent.command.apply(server.redis()));
        } catch (RedisException e) {
            sent.reply.completeExceptionally(e);
        }
    }

    private void transmit(Session through, Pending sent) {
        call(through, sent.command, answer -> {
            pending.remove(sent);
            if (answer instanceof RedisException error) {
                sent.reply.completeExceptionally(error);
            } else {
                sent.reply.complete(answer);
            }
        });
    }

    /** One timer for all: the first that was sent ends first. */
    private void startTimer() {
        if (hasTimeouts && !timerRuns && !pending.isEmpty()) {
            timerRuns = true;
            link.time().at(pending.element().sentUs + TIMEOUT_US, lane, this::endLate);
        }
    }

    private void endLate() {
        timerRuns = false;
        long late = link.time().nowUs() - TIMEOUT_US;
        while (!pending.isEmpty() && pending.element().sentUs <= late) {
            pending.remove().reply.completeExceptionally(new RedisCommandTimeoutException("Command timed out"));
        }
        startTimer();
    }

    @Override
    void failAll(RedisException reason) {
        List<Pending> all = List.copyOf(pending);
        pending.clear();
        all.forEach(each -> each.reply.completeExceptionally(reason));
    }

    @Override
    void replay(Session fresh) {
        List.copyOf(pending).forEach(each -> transmit(fresh, each));
    }
}
