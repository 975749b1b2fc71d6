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
 * Reports files whose content has changed. It reads the small files: modification times and file system notifications
 * miss the way Kubernetes updates them, which is to swap a link two directories above.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

    private final Duration interval;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "presence-files");
        thread.setDaemon(true);
        return thread;
    });

    /** @param interval between two checks */
    public FileWatch(Duration interval) {
        this.interval = interval;
    }

    /** Records the content of files before they are read for use; later changes are reported. */
    Watched watch(Path... files) {
        return new Watched(List.of(files));
    }

    /** Some files, with their content at the last check. */
    final class Watched {
        private final List<Path> files;
        private List<byte[]> seen;

        private Watched(List<Path> files) {
            this.files = files;
            this.seen = contents();
        }

        /** Calls {@code action} on the watch's thread whenever the content of one of the files has changed. */
        void onChange(Runnable action) {
            executor.scheduleWithFixedDelay(
                    () -> check(action), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void check(Runnable action) {
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
                log.warn("cannot reload changed files files={}", files, e);
            }
        }

        /** Hashes the content; an unreadable file counts as empty. */
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
