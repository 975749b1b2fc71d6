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

    /** Looks at files now, before they are read for use: what changes from here on is told. */
    Watched look(Path... files) {
        return new Watched(List.of(files));
    }

    /** Some files, as they were when they were last looked at. */
    final class Watched {
        private final List<Path> files;
        private List<byte[]> seen;

        private Watched(List<Path> files) {
            this.files = files;
            this.seen = contents();
        }

        /** From now on calls {@code action}, on the watch's thread, whenever one of the files is another. */
        void onChange(Runnable action) {
            executor.scheduleWithFixedDelay(
                    () -> lookAgain(action), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void lookAgain(Runnable action) {
            try {
                List<byte[]> now = contents();
                boolean same = true;
                for (int i = 0; i < now.size(); i++) {
                    same &= Arrays.equals(now.get(i), seen.get(i));
                }
                seen = now;
                if (!same) {
                    action.run();
                }
            } catch (RuntimeException e) {
                log.warn("taking changed files failed files={}", files, e);
            }
        }

        /** A file that cannot be read counts as empty. */
        private List<byte[]> contents() {
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
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
