package presence.simulation;

import io.lettuce.core.RedisException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import presence.cluster.redis.RedisClientOptions;

/**
 * A connection of a node as Lettuce keeps it: in order, made again after random delays that double, with the unanswered
 * commands sent again.
 */
abstract class SimConnection {
    private static final long NOTICED_US = 5 * VirtualTime.SECOND;
    private static final long FIRST_BACKOFF_US = 50 * VirtualTime.MS;
    private static final long MOST_BACKOFF_US =
            RedisClientOptions.longestBackoff(SimNode.REDIS.nodeLease()).toMillis() * VirtualTime.MS;
    private static final long CONNECT_TIMEOUT_US = 2 * VirtualTime.SECOND;

    final NodeLink link;
    final SimServer server;
    private final Lane lane;
    private final int kind;
    private final List<Consumer<Boolean>> listeners = new ArrayList<>(1);
    private @Nullable Session session;
    private boolean closed;

    /** @param kind of connection, as the link counts them */
    SimConnection(NodeLink link, SimServer server, Lane lane, int kind) {
        this.kind = kind;
        this.link = link;
        this.server = server;
        this.lane = lane;
        link.add(this);
        session = server.open(this);
    }

    /** What a packet takes. */
    final long delayUs() {
        return link.delayUs(kind);
    }

    final boolean isUp() {
        return session != null && !closed;
    }

    final boolean isClosed() {
        return closed;
    }

    final @Nullable Session session() {
        return session;
    }

    public final void onStateChange(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    public final void close() {
        if (!closed) {
            closed = true;
            link.remove(this);
            Session last = session;
            session = null;
            if (last != null) {
                last.isOpenAtClient = false;
                toServer(last, () -> server.closed(last));
            }
            failAll(new RedisException("Connection closed"));
        }
    }

    /** Fails what is not answered yet. */
    abstract void failAll(RedisException reason);

    /** Sends again what was not answered, on a new session. */
    abstract void replay(Session fresh);

    /** A message of a channel arrives at the client. */
    void onMessage(String channel, byte[] message) {}

    /** Runs at the server, unless the session is closed there by then. */
    final void toServer(Session through, Runnable atServer) {
        link.send(() -> {
            if (through.isAbandoned) {
                return;
            }
            through.serverArrivalUs =
                    Math.max(through.serverArrivalUs, link.time().nowUs() + delayUs());
            link.time().at(through.serverArrivalUs, null, () -> {
                if (through.isOpenAtServer) {
                    atServer.run();
                }
            });
        });
    }

    /** Runs at the client, unless it has lost the session by then. */
    final void toClient(Session through, Runnable atClient) {
        link.send(() -> {
            through.clientArrivalUs =
                    Math.max(through.clientArrivalUs, link.time().nowUs() + delayUs());
            link.time().at(through.clientArrivalUs, lane, () -> {
                if (through.isOpenAtClient && !through.isLossy) {
                    atClient.run();
                }
            });
        });
    }

    /** Sends a command; the reply or the error of the server comes back. */
    final void call(Session through, Function<SimRedis, Object> command, Consumer<Object> onReply) {
        toServer(through, () -> {
            Object reply;
            try {
                reply = command.apply(server.redis());
            } catch (RedisException e) {
                reply = e;
            }
            Object answer = reply;
            toClient(through, () -> onReply.accept(answer));
        });
    }

    final void deliver(Session through, String channel, byte[] message) {
        toClient(through, () -> onMessage(channel, message));
    }

    /** @param lossy whether replies and messages on their way are lost */
    final void closedByServer(Session gone, boolean lossy) {
        gone.isLossy = lossy;
        link.send(() -> link.time()
                .at(Math.max(gone.clientArrivalUs, link.time().nowUs() + delayUs()), lane, () -> onLost(gone)));
    }

    private void onLost(Session gone) {
        if (gone == session && !closed) {
            gone.isOpenAtClient = false;
            gone.isAbandoned = true;
            session = null;
            listeners.forEach(listener -> listener.accept(false));
            reconnectAfter(FIRST_BACKOFF_US);
        }
    }

    private void reconnectAfter(long mostUs) {
        long wait = FIRST_BACKOFF_US / 2 + link.random().nextLong(mostUs);
        link.time().after(wait, lane, () -> reconnect(Math.min(MOST_BACKOFF_US, 2 * mostUs)));
    }

    private void reconnect(long nextUs) {
        if (closed) {
            return;
        }
        if (link.isCut()) {
            link.time().after(CONNECT_TIMEOUT_US, lane, () -> reconnectAfter(nextUs));
        } else if (!server.isUp()) {
            reconnectAfter(nextUs);
        } else {
            link.time().after(2 * delayUs(), lane, this::onConnected);
        }
    }

    private void onConnected() {
        if (closed) {
            return;
        }
        if (link.isCut() || !server.isUp()) {
            reconnectAfter(FIRST_BACKOFF_US);
            return;
        }
        Session fresh = server.open(this);
        session = fresh;
        replay(fresh);
        listeners.forEach(listener -> listener.accept(true));
    }

    /** The kernel gives a connection up on which nothing is acknowledged. */
    final void onCut() {
        Session now = session;
        if (now != null) {
            link.time().after(NOTICED_US, lane, () -> {
                if (link.isCut()) {
                    onLost(now);
                }
            });
        }
    }

    /** The server learns which sessions the client has given up. */
    final void onHealed() {
        server.sessionsOf(this).stream().filter(each -> each != session).forEach(server::closed);
    }
}
