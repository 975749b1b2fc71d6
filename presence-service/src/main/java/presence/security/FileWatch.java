package presence.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when files have another content. It reads them, they being small: times of change and notifications of the
 * file system miss what Kubernetes does, which is to swap a link two directories above.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

    private final Duration interval;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "presence-files");
        thread.setDaemon(true);
        return thread;
    });

    /** @param interval how often it looks */
    public FileWatch(Duration interval) {
        this.interval = interval;
    }

    /**
     * Calls {@code onChange}, on a thread of its own, whenever one of the files has another content than when it was
     * looked at before; the first look is now.
     */
    public void watch(List<Path> files, Runnable onChange) {
        List<byte[]> seen = contents(files);
        executor.scheduleWithFixedDelay(
                () -> look(files, seen, onChange), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void look(List<Path> files, List<byte[]> seen, Runnable onChange) {
        try {
            List<byte[]> now = contents(files);
            boolean same = true;
            for (int i = 0; i < now.size(); i++) {
                same &= Arrays.equals(now.get(i), seen.get(i));
                seen.set(i, now.get(i));
            }
            if (!same) {
                onChange.run();
            }
        } catch (RuntimeException e) {
            log.warn("taking changed files failed files={}", files, e);
        }
    }

    /** A file that cannot be read counts as empty. */
    private static List<byte[]> contents(List<Path> files) {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            try {
                contents.add(Files.readAllBytes(file));
            } catch (IOException e) {
                contents.add(new byte[0]);
            }
        }
        return contents;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
