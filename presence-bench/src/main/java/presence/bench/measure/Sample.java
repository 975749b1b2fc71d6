package presence.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import presence.bench.process.ServiceProcess;

/**
 * The memory and files a node holds at one moment.
 *
 * @param heapKib live after a full collection
 * @param directKib buffers outside the heap
 * @param files open descriptors, sockets included
 */
record Sample(double seconds, long heapKib, long directKib, long rssKib, long files) {
    static final String HEADER = "| s | heap KiB | direct KiB | RSS KiB | files |\n|---|---|---|---|---|";

    /** Runs a full collection first, which pauses the node for a moment. */
    static Sample of(ServiceProcess service, double seconds) throws IOException, InterruptedException {
        service.monitor().collect();
        long heap = (long) service.metric("jvm_memory_used_bytes{area=\"heap\"") / 1024;
        long direct = service.monitor().directKib();
        return new Sample(seconds, heap, direct, service.usage().rssKib(), openFiles(service.pid()));
    }

    private static long openFiles(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.count();
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "| %.0f | %,d | %,d | %,d | %,d |", seconds, heapKib, directKib, rssKib, files);
    }
}
