package presence.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import presence.config.HandshakeConfig;
import presence.config.LimitConfig;
import presence.model.RateLimit;

/**
 * Bounds connections on the node and from one address, connections in their handshake (on the node, from one address,
 * and in bytes), and handshakes per second. Every connection takes a {@link Place} and returns it. Thread-safe.
 */
public final class ConnectionLimits {
    /**
     * Connections of an address beyond its limit that may complete their handshake, so that they are closed with a
     * code; further ones are closed unread, which costs least.
     */
    private static final int TOLD = 16;

    private static final int ADDRESSES = 1_024;

    private final LimitConfig caps;
    private final HandshakeConfig handshakes;
    /** Each guarded by its own monitor. */
    private final RateLimit handshakeRate;

    private final RateLimit arrivalRate;

    private final AtomicInteger shakingHands = new AtomicInteger();
    private final AtomicLong handshakeBytes = new AtomicLong();
    private final ConcurrentHashMap<Object, Integer> addresses = new ConcurrentHashMap<>(ADDRESSES);
    private final ConcurrentHashMap<Object, Integer> shakingAddresses = new ConcurrentHashMap<>(ADDRESSES);

    public ConnectionLimits(LimitConfig caps, HandshakeConfig handshakes) {
        this.caps = caps;
        this.handshakes = handshakes;
        this.handshakeRate = new RateLimit(caps.handshakesPerSecond());
        this.arrivalRate = new RateLimit(2 * caps.handshakesPerSecond());
    }

    /** The place of one connection. Its event loop only. */
    public final class Place {
        private boolean shaking = true;
        /** Null until known. */
        private @Nullable Object address;

        private boolean tooMany;
        private long bytes;

        /** Whether this handshake exceeds the node's limit. */
        public boolean isOneTooMany() {
            return shakingHands.get() > caps.handshakes();
        }

        /**
         * Counts the connection for its client's address.
         *
         * @return the exceeded limit, if the connection should be closed at once; null if it may stay
         */
        public @Nullable LimitKind cameFrom(InetAddress from) {
            if (address != null) {
                return null;
            }
            address = key(from);
            int count = addresses.merge(address, 1, Integer::sum);
            tooMany = caps.perAddress() > 0 && count > caps.perAddress();
            int underWay = shaking ? shakingAddresses.merge(address, 1, Integer::sum) : 0;
            if (tooMany && count > caps.perAddress() + TOLD) {
                return LimitKind.ADDRESS;
            }
            return underWay > handshakes.perAddress() ? LimitKind.HANDSHAKES_ADDRESS : null;
        }

        /** Counts bytes of the handshake until it completes; false if all handshakes together exceed their bound. */
        public boolean mayTake(int more) {
            bytes += more;
            return handshakeBytes.addAndGet(more) <= handshakes.bytes();
        }

        /** Whether to close the connection after its handshake, with a code, because its address has too many. */
        public boolean isOneTooManyFromThere() {
            return tooMany;
        }

        /** Counts the connection as a WebSocket, no longer as a handshake. */
        public void shookHands() {
            if (shaking) {
                shaking = false;
                shakingHands.decrementAndGet();
                handshakeBytes.addAndGet(-bytes);
                if (address != null) {
                    takeOneFrom(shakingAddresses, address);
                }
            }
        }

        /** Returns the place when the connection has closed. */
        public void leave() {
            shookHands();
            if (address != null) {
                takeOneFrom(addresses, address);
                address = null;
            }
        }
    }

    private static void takeOneFrom(ConcurrentHashMap<Object, Integer> counts, Object key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    /** The number of connections before their WebSocket handshake. */
    public int shakingHands() {
        return shakingHands.get();
    }

    /** The bytes that they have sent. */
    public long handshakeBytes() {
        return handshakeBytes.get();
    }

    /** Takes a place for a new connection. */
    public Place enter() {
        shakingHands.incrementAndGet();
        return new Place();
    }

    /**
     * Counts a new connection before any work is done for it.
     *
     * @return whether to close it unread, because twice as many arrive as may become WebSockets; with TLS most of the
     *     cost comes before the handshake's end
     */
    public boolean arrivesTooFast(long nowMs) {
        synchronized (arrivalRate) {
            return arrivalRate.take(1, nowMs) > 0;
        }
    }

    /**
     * Counts one handshake.
     *
     * @return 0, or the milliseconds until another is allowed
     */
    public long handshake(long nowMs) {
        synchronized (handshakeRate) {
            return handshakeRate.take(1, nowMs);
        }
    }

    /** Maps an IPv6 address to its /64 network: a host with one of its 2^64 addresses can use them all. */
    private static Object key(InetAddress address) {
        // Of IPv4 the address itself, which the channel holds anyway.
        return address instanceof Inet6Address
                ? ByteBuffer.wrap(address.getAddress()).getLong()
                : (Object) address;
    }
}
