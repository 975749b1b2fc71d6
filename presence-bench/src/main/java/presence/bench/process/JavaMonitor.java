package presence.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Inspects another JVM with {@code jcmd}. */
public final class JavaMonitor {
    private static final Pattern NATIVE_OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    /** It is itself a JVM, and takes its CPU time from what is measured. */
    private static final List<String> JAVA_OPTIONS = List.of("-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1");

    private final Path jcmd;
    private final long pid;

    private JavaMonitor(Path jcmd, long pid) {
        this.jcmd = jcmd;
        this.pid = pid;
    }

    /** @param java the executable of that JVM; a JDK has jcmd beside it */
    static JavaMonitor of(Path java, long pid) {
        Path beside = java.resolveSibling("jcmd");
        Path own = Programs.java().resolveSibling("jcmd");
        return new JavaMonitor(Files.isExecutable(beside) ? beside : own, pid);
    }

    /** Runs two full collections: objects that the first one found unreachable may hold native memory. */
    public void collect() throws IOException, InterruptedException {
        ask("GC.run");
        ask("GC.run");
    }

    /** Returns the KiB of direct buffers, outside the heap. Needs NativeMemoryTracking. */
    public long directKib() throws IOException, InterruptedException {
        Matcher other = NATIVE_OTHER.matcher(ask("VM.native_memory", "summary"));
        return other.find() ? Long.parseLong(other.group(1)) : 0;
    }

    private String ask(String... question) throws IOException, InterruptedException {
        if (!Files.isExecutable(jcmd)) {
            throw new CannotMeasureException("no jcmd beside java: a JDK is needed, not only a runtime");
        }
        List<String> command = new ArrayList<>(List.of(jcmd.toString()));
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of(Long.toString(pid), String.join(" ", question)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Process process = Children.start(builder);
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new CannotMeasureException("jcmd " + String.join(" ", question) + " prints: " + answer.strip());
        }
        return answer;
    }
}
