package presence.server;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ConfigException;
import presence.gather.GatheringIoHandler;

/**
 * Netty's transport: its event loops and channels.
 *
 * @param socketChannel of connections that this process opens
 * @param notSentLowat the option that bounds unsent bytes in the kernel; null if the transport has none
 */
public record Transport(
        String name,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends SocketChannel> socketChannel,
        Supplier<IoHandlerFactory> ioHandler,
        @Nullable ChannelOption<?> notSentLowat) {
    private static final Logger log = LoggerFactory.getLogger(Transport.class);

    /**
     * The transport of that name; {@code auto} is epoll if available, else NIO, with a warning where epoll should be
     * available.
     *
     * @throws ConfigException if it does not work on this machine
     */
    public static Transport named(String name) throws ConfigException {
        return switch (name) {
            case "auto" -> epollOrNio(Epoll.unavailabilityCause());
            case "io_uring" -> available(ioUring(), IoUring.unavailabilityCause());
            case "epoll" -> available(epoll(), Epoll.unavailabilityCause());
            default -> nio();
        };
    }

    private static Transport available(Transport transport, @Nullable Throwable problem) throws ConfigException {
        if (problem != null) {
            throw new ConfigException("PRESENCE_TRANSPORT=" + transport.name + " is not available here ("
                    + reason(problem) + "): use auto");
        }
        return transport;
    }

    private static Transport epollOrNio(@Nullable Throwable problem) {
        if (problem == null) {
            return epoll();
        }
        // Elsewhere there is no epoll.
        if (System.getProperty("os.name", "").startsWith("Linux")) {
            log.warn(
                    "epoll is not available, using NIO: more CPU per cursor, and slow clients are noticed later. Netty's"
                            + " library must be in java.library.path, or io.netty.native.workdir be a directory that"
                            + " can be written and is not mounted noexec reason={}",
                    reason(problem));
        }
        return nio();
    }

    /** The message of the innermost cause; the outer ones say only that something could not be loaded. */
    private static String reason(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static Transport epoll() {
        return new Transport(
                "epoll",
                EpollServerSocketChannel.class,
                EpollSocketChannel.class,
                EpollIoHandler::newFactory,
                EpollChannelOption.TCP_NOTSENT_LOWAT);
    }

    private static Transport ioUring() {
        return new Transport(
                "io_uring",
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class,
                IoUringIoHandler::newFactory,
                IoUringChannelOption.TCP_NOTSENT_LOWAT);
    }

    private static Transport nio() {
        return new Transport(
                "nio", NioServerSocketChannel.class, NioSocketChannel.class, NioIoHandler::newFactory, null);
    }

    boolean isEpoll() {
        return serverChannel == EpollServerSocketChannel.class;
    }

    /** For loops with boards: reads sockets of busy boards together, where the transport can. */
    IoHandlerFactory boardIoHandler() {
        return isEpoll() ? GatheringIoHandler.newFactory() : ioHandler.get();
    }

    MultiThreadIoEventLoopGroup newGroup(int threads, String threadName) {
        return newGroup(threads, threadName, ioHandler.get());
    }

    /** @param handlers creates each loop's handler; a wrapper of {@link #ioHandler} */
    MultiThreadIoEventLoopGroup newGroup(int threads, String threadName, IoHandlerFactory handlers) {
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(threadName, true), handlers);
    }
}
