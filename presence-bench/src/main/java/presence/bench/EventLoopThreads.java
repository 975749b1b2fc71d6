package presence.bench;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Lets JMH measure on the kind of threads event loops use: Netty recycles its buffer objects only there, and allocates
 * elsewhere. JMH creates it by name.
 */
public final class EventLoopThreads extends ThreadPoolExecutor {
    /** JVM option of a fork to use this class. */
    public static final String CUSTOM = "-Djmh.executor=CUSTOM";

    public static final String CLASS = "-Djmh.executor.class=presence.bench.EventLoopThreads";

    /** Netty samples every 128th buffer for leaks, and allocates when it does: excluded from the measurement. */
    public static final String NO_LEAK_SAMPLES = "-Dio.netty.leakDetection.level=disabled";

    public EventLoopThreads(int threads, String name) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(name));
    }
}
