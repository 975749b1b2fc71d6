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
 * How many connections there may be: on the node, from one address, in their handshake (of the node, from one
 * address, and in bytes), and how many handshakes a second. Every connection gets a {@link Place} and gives it back. Thread-safe.
 */
public final class ConnectionLimits {
    /**
     * So many more of an address are let in as far as their handshake, to be told why they are closed; beyond them
     * they are closed untold, which costs next to nothing.
     */
    private static final int TOLD = 16;

    private static final int ADDRESSES = 1_024;

    private final LimitConfig caps;
    private final HandshakeConfig handshakes;
    /** Each guarded by itself. */
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

    /** One connection's. Its own event loop only. */
    public final class Place {
        private boolean shaking = true;
        /** Null until it is known. */
        private @Nullable Object address;

        private boolean tooMany;
        private long bytes;

        /** Whether no handshake more may be under way. */
        public boolean isOneTooMany() {
            return shakingHands.get() > caps.handshakes();
        }

        /**
         * The client's address is known.
         *
         * @return what so many are from there of that it should be closed at once; null if it may stay
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

        /** Counts bytes of the handshake until it is over; false if all that is under way is too much. */
        public boolean mayTake(int more) {
            bytes += more;
            return handshakeBytes.addAndGet(more) <= handshakes.bytes();
        }

        /** Whether it should be closed once it can be told so, being one too many from its address. */
        public boolean isOneTooManyFromThere() {
            return tooMany;
        }

        /** It is a WebSocket now. */
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

        /** The connection is gone. */
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

    /** Connections that are no WebSocket yet. */
    public int shakingHands() {
        return shakingHands.get();
    }

    /** What they have sent so far. */
    public long handshakeBytes() {
        return handshakeBytes.get();
    }

    /** For a connection that has just come. */
    public Place enter() {
        shakingHands.incrementAndGet();
        return new Place();
    }

    /**
     * Counts a connection before anything was done for it.
     *
     * @return whether it should be closed unread: twice as many come as may become WebSockets, and who comes by TLS
     *     has cost most by then
     */
    public boolean arrivesTooFast(long nowMs) {
        synchronized (arrivalRate) {
            return arrivalRate.take(1, nowMs) > 0;
        }
    }

    /**
     * Counts one handshake.
     *
     * @return 0, or in how many milliseconds there may be another
     */
    public long handshake(long nowMs) {
        synchronized (handshakeRate) {
            return handshakeRate.take(1, nowMs);
        }
    }

    /** Whoever has one IPv6 address has the 2^64 of its network. */
    private static Object key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? ByteBuffer.wrap(bytes).getLong() : (Object) ByteBuffer.wrap(bytes);
    }
}
