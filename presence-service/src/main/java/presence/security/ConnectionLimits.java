package presence.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import presence.config.ServiceConfig;
import presence.model.RateLimit;

/**
 * How many connections there may be: on the node, from one address, in their handshake, and how many handshakes a
 * second. Every connection gets a {@link Place} and gives it back. Thread-safe.
 */
public final class ConnectionLimits {
    /**
     * So many more of an address are let in as far as their handshake, to be told why they are closed; beyond them
     * they are closed untold, which costs next to nothing.
     */
    private static final int TOLD = 16;

    private static final int ADDRESSES = 1_024;

    private final ServiceConfig.Limits caps;
    /** Each guarded by itself. */
    private final RateLimit handshakeRate;

    private final RateLimit arrivalRate;

    private final AtomicInteger shakingHands = new AtomicInteger();
    private final ConcurrentHashMap<Object, Integer> addresses = new ConcurrentHashMap<>(ADDRESSES);

    public ConnectionLimits(ServiceConfig.Limits caps) {
        this.caps = caps;
        this.handshakeRate = new RateLimit(caps.handshakesPerSecond());
        this.arrivalRate = new RateLimit(2 * caps.handshakesPerSecond());
    }

    /** One connection's. Its own event loop only. */
    public final class Place {
        private boolean shaking = true;
        private @Nullable Object address;
        private boolean tooMany;

        /** Whether no handshake more may be under way. */
        public boolean isOneTooMany() {
            return shakingHands.get() > caps.handshakes();
        }

        /**
         * The client's address is known.
         *
         * @return whether so many are from there that it should be closed at once
         */
        public boolean isFrom(InetAddress from) {
            if (caps.perAddress() == 0 || address != null) {
                return false;
            }
            address = key(from);
            int count = addresses.merge(address, 1, Integer::sum);
            tooMany = count > caps.perAddress();
            return count > caps.perAddress() + TOLD;
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
            }
        }

        /** The connection is gone. */
        public void leave() {
            shookHands();
            if (address != null) {
                addresses.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
                address = null;
            }
        }
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
