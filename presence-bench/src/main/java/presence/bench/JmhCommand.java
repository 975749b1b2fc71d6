package presence.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Runs JMH with the given arguments. */
@Command(
        name = "jmh",
        description = {
            "Runs the JMH benchmarks: the single steps of a cursor's way, their time and their allocations.",
            "All further arguments are passed to JMH: a pattern of names, -f, -wi, -i, -l, -h and so on."
        },
        footer = {"", "Example: presence-bench jmh CursorReceive -f 1 -wi 1 -i 1"})
final class JmhCommand implements Callable<Integer> {
    @Option(names = "--help", usageHelp = true, description = "this text; JMH's own is at -h")
    private boolean help;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        org.openjdk.jmh.Main.main(withProfiler(arguments).toArray(new String[0]));
        return 0;
    }

    /** Adds the allocation profiler unless another one is given: bytes per operation are half of the result. */
    static List<String> withProfiler(List<String> given) {
        List<String> all = new ArrayList<>(given);
        if (!given.contains("-prof")) {
            all.addAll(List.of("-prof", "gc"));
        }
        return all;
    }
}
