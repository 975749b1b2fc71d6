package presence.bench;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has JMH measure on threads of the kind event loops are made of: Netty recycles its buffer objects only
 * there, and elsewhere allocates. JMH makes it by name.
 */
public final class EventLoopThreads extends ThreadPoolExecutor {
    /** For a fork's JVM, to use this class. */
    public static final String CUSTOM = "-Djmh.executor=CUSTOM";

    public static final String CLASS = "-Djmh.executor.class=presence.bench.EventLoopThreads";

    /** Netty looks for leaks with every 128th buffer, and allocates when it does: not what is measured. */
    public static final String NO_LEAK_SAMPLES = "-Dio.netty.leakDetection.level=disabled";

    public EventLoopThreads(int threads, String name) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(name));
    }
}
