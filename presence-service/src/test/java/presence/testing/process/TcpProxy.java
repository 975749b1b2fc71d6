package presence.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Proxies one server on loopback and can pass, delay, swallow or refuse. Swallowing is a black hole, not a close: bytes
 * and closes are accepted and kept, no side gets a FIN or RST, and the kept data arrives late when the proxy passes
 * again, as with TCP. One thread does all the work; the switches may be called from any thread and have taken effect
 * when they return.
 */
public final class TcpProxy implements AutoCloseable {
    /** The direction in which a black hole swallows. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT,
        BOTH;

        private boolean includes(Direction one) {
            return this == BOTH || this == one;
        }
    }

    /** Bytes that one direction keeps before it stops reading. */
    private static final int MAX_KEPT = 1 << 20;

    private volatile InetSocketAddress server;
    private final InetSocketAddress address;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    // The proxy's thread only, from here on.
    private final Set<Link> links = new HashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private @Nullable ServerSocketChannel listener;
    private @Nullable Direction swallowsNew;
    private long delayNanos;

    private TcpProxy(InetSocketAddress server) throws IOException {
        this.server = server;
        selector = Selector.open();
        address = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        thread = new Thread(this::run, "tcp-proxy-" + address.getPort());
        thread.setDaemon(true);
    }

    /** Starts a proxy for a server on loopback, on a free port; it passes. */
    public static TcpProxy to(int serverPort) {
        try {
            TcpProxy proxy = new TcpProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            proxy.thread.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return address.getPort();
    }

    /** Passes everything at once, kept data first. */
    public void pass() {
        call(() -> {
            delayNanos = 0;
            swallowsNew = null;
            links.forEach(Link::release);
            if (listener == null) {
                listen(address);
            }
            return null;
        });
    }

    /** Swallows this direction on all present and future connections. */
    public void blackHole(Direction direction) {
        call(() -> {
            swallowsNew = direction;
            links.forEach(link -> link.swallow(direction));
            return null;
        });
    }

    /**
     * Swallows both ways on those present connections whose port, as the server sees it, is chosen.
     * Returns how many.
     */
    public int blackHoleOnly(Predicate<Integer> serverSidePort) {
        return call(() -> {
            List<Link> chosen = links.stream()
                    .filter(link -> serverSidePort.test(link.serverSidePort))
                    .toList();
            chosen.forEach(link -> link.swallow(Direction.BOTH));
            return chosen.size();
        });
    }

    /** Delays everything from now on, in each direction. */
    public void delay(Duration oneWay) {
        call(() -> delayNanos = oneWay.toNanos());
    }

    /** Resets every connection and refuses new ones. */
    public void refuse() {
        call(() -> {
            if (listener != null) {
                listener.close();
                listener = null;
            }
            List.copyOf(links).forEach(Link::reset);
            // A closed listener lives until its key is deregistered.
            selector.selectNow();
            return null;
        });
    }

    /** Directs new connections to another server on loopback; present ones stay. */
    public void leadTo(int serverPort) {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    }

    /** The ports of the present connections as the server sees them. */
    public Set<Integer> serverSidePorts() {
        return call(() -> {
            Set<Integer> ports = new HashSet<>();
            links.forEach(link -> ports.add(link.serverSidePort));
            return ports;
        });
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T call(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        tasks.add(task);
        selector.wakeup();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private InetSocketAddress listen(InetSocketAddress where) throws IOException {
        ServerSocketChannel opened = ServerSocketChannel.open();
        opened.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(where).configureBlocking(false);
        opened.register(selector, SelectionKey.OP_ACCEPT);
        listener = opened;
        return (InetSocketAddress) opened.getLocalAddress();
    }

    private void run() {
        try {
            while (!closed) {
                long wait = Long.MAX_VALUE;
                long now = System.nanoTime();
                for (Link link : links) {
                    wait = Math.min(wait, link.nanosToNext(now));
                }
                if (wait == Long.MAX_VALUE) {
                    selector.select();
                } else {
                    selector.select(Math.max(1, wait / 1_000_000));
                }
                Runnable task;
                while ((task = tasks.poll()) != null) {
                    task.run();
                }
                selector.selectedKeys().forEach(this::onReady);
                selector.selectedKeys().clear();
                List.copyOf(links).forEach(Link::move);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            List.copyOf(links).forEach(Link::reset);
            closeQuietly(listener);
            closeQuietly(selector);
            // A call to a closed proxy fails instead of waiting.
            tasks.forEach(Runnable::run);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else if (key.isReadable() && key.attachment() instanceof Stream stream) {
                stream.read();
            }
        } catch (CancelledKeyException e) {
            // Closed by another key of this turn.
            return;
        }
    }

    private void accept() {
        SocketChannel client = null;
        try {
            client = listener == null ? null : listener.accept();
            if (client != null) {
                links.add(new Link(client, SocketChannel.open(server)));
            }
        } catch (IOException e) {
            // The server refuses: reset, the closest to it after an accept.
            closeQuietly(client);
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One connection. */
    private final class Link {
        private final SocketChannel client;
        private final SocketChannel server;
        private final int serverSidePort;
        private final Stream toServer;
        private final Stream toClient;

        Link(SocketChannel client, SocketChannel server) throws IOException {
            this.client = client;
            this.server = server;
            serverSidePort = ((InetSocketAddress) server.getLocalAddress()).getPort();
            for (SocketChannel channel : List.of(client, server)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false);
            }
            toServer = new Stream(this, client, server);
            toClient = new Stream(this, server, client);
            toServer.key = client.register(selector, SelectionKey.OP_READ, toServer);
            toClient.key = server.register(selector, SelectionKey.OP_READ, toClient);
            if (swallowsNew != null) {
                swallow(swallowsNew);
            }
        }

        void swallow(Direction direction) {
            toServer.swallows |= direction.includes(Direction.TO_SERVER);
            toClient.swallows |= direction.includes(Direction.TO_CLIENT);
        }

        void release() {
            toServer.swallows = false;
            toClient.swallows = false;
        }

        long nanosToNext(long now) {
            return Math.min(toServer.nanosToNext(now), toClient.nanosToNext(now));
        }

        /** Writes due data and updates the interest set. */
        void move() {
            if (toServer.write() && toClient.write()) {
                if (toServer.ended && toClient.ended) {
                    end(false);
                } else {
                    toServer.key.interestOps(toServer.interest() | (toClient.blocked ? SelectionKey.OP_WRITE : 0));
                    toClient.key.interestOps(toClient.interest() | (toServer.blocked ? SelectionKey.OP_WRITE : 0));
                }
            } else {
                reset();
            }
        }

        void reset() {
            end(true);
        }

        private void end(boolean abruptly) {
            links.remove(this);
            try {
                if (abruptly) {
                    client.setOption(StandardSocketOptions.SO_LINGER, 0);
                    server.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
            } catch (IOException e) {
                // Closed already.
                return;
            } finally {
                closeQuietly(client);
                closeQuietly(server);
            }
        }
    }

    /** One direction of a connection. */
    private final class Stream {
        /** Bytes or a close, with the time of their arrival. */
        private record Chunk(@Nullable ByteBuffer bytes, boolean reset, long dueNanos) {}

        private final Link link;
        private final SocketChannel from;
        private final SocketChannel to;
        private final ArrayDeque<Chunk> kept = new ArrayDeque<>();
        private SelectionKey key;
        private int keptBytes;
        private boolean swallows;
        private boolean exhausted;
        private boolean blocked;
        private boolean ended;

        @SuppressWarnings("NullAway.Init") // the link registers it
        Stream(Link link, SocketChannel from, SocketChannel to) {
            this.link = link;
            this.from = from;
            this.to = to;
        }

        int interest() {
            return exhausted || keptBytes >= MAX_KEPT ? 0 : SelectionKey.OP_READ;
        }

        long nanosToNext(long now) {
            Chunk next = kept.peek();
            return next == null || swallows || blocked ? Long.MAX_VALUE : Math.max(0, next.dueNanos - now);
        }

        void read() {
            if (interest() == 0 || !links.contains(link)) {
                return;
            }
            long due = System.nanoTime() + delayNanos;
            try {
                buffer.clear();
                int read = from.read(buffer);
                if (read < 0) {
                    exhausted = true;
                    kept.add(new Chunk(null, false, due));
                } else if (read > 0) {
                    kept.add(new Chunk(
                            ByteBuffer.allocate(read).put(buffer.flip()).flip(), false, due));
                    keptBytes += read;
                }
            } catch (IOException e) {
                exhausted = true;
                kept.add(new Chunk(null, true, due));
            }
        }

        /** Returns false if the connection is to be reset. */
        boolean write() {
            long now = System.nanoTime();
            blocked = false;
            Chunk next;
            while (!swallows && (next = kept.peek()) != null && next.dueNanos <= now) {
                if (next.reset) {
                    return false;
                }
                try {
                    if (next.bytes == null) {
                        to.shutdownOutput();
                        ended = true;
                    } else {
                        keptBytes -= to.write(next.bytes);
                        if (next.bytes.hasRemaining()) {
                            blocked = true;
                            return true;
                        }
                    }
                } catch (IOException e) {
                    return false;
                }
                kept.remove();
            }
            return true;
        }
    }
}
