package presence.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a process's output as it arrives; keeps the last lines and the first one that matches a pattern. */
public final class ProcessOutput {
    private static final int KEPT = 40;

    private final Deque<String> last = new ArrayDeque<>();
    private final CompletableFuture<MatchResult> found = new CompletableFuture<>();

    /** @param awaited the line that {@link #await} waits for */
    public ProcessOutput(InputStream stream, Pattern awaited) {
        Thread reader = new Thread(() -> read(stream, awaited), "output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream stream, Pattern awaited) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (last) {
                    if (last.size() == KEPT) {
                        last.removeFirst();
                    }
                    last.addLast(line);
                }
                Matcher matcher = awaited.matcher(line);
                if (matcher.find()) {
                    found.complete(matcher.toMatchResult());
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // The process was killed: there is nothing more to read.
        }
        found.completeExceptionally(new CannotMeasureException("the process ended"));
    }

    /** Returns the awaited line as soon as it has been read. */
    public MatchResult await(int seconds, String what) throws InterruptedException {
        try {
            return found.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CannotMeasureException(what + " ended before it was ready:\n" + tail());
        } catch (TimeoutException e) {
            throw new CannotMeasureException(what + " is not ready after " + seconds + " s:\n" + tail());
        }
    }

    public String tail() {
        synchronized (last) {
            return String.join("\n", last);
        }
    }
}
