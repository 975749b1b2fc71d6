package presence.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** GitHub workflows against the rules that this repository adds to those of actionlint and zizmor. */
final class Workflows {
    private static final Pattern USES = Pattern.compile("uses:\\s*(\\S+)(.*)");
    private static final Pattern PINNED = Pattern.compile("[\\w.-]+(/[\\w.-]+)+@[0-9a-f]{40}");
    private static final Pattern VERSION = Pattern.compile("\\s+# v\\d+\\.\\d+\\.\\d+");

    private final Map<String, String> texts = new TreeMap<>();

    Workflows(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each breach as {@code file: what}. */
    List<String> breaches() {
        List<String> breaches = new ArrayList<>();
        texts.forEach((file, text) -> {
            Map<String, Object> workflow = yaml(text);
            if (!Map.of().equals(workflow.get("permissions"))) {
                breaches.add(file + ": grants permissions to all of its jobs");
            }
            if (!workflow.containsKey("concurrency")) {
                breaches.add(file + ": has no concurrency");
            }
            jobs(workflow).forEach((name, job) -> {
                if (!job.containsKey("permissions")) {
                    breaches.add(file + ": " + name + " does not say what it may do");
                }
                if (!job.containsKey("timeout-minutes") && !job.containsKey("uses")) {
                    breaches.add(file + ": " + name + " has no timeout");
                }
            });
            USES.matcher(text).results().forEach(uses -> {
                String action = uses.group(1);
                boolean own = action.startsWith("./");
                if (!own && !PINNED.matcher(action).matches()) {
                    breaches.add(file + ": " + action + " is not pinned by the digest of a commit");
                } else if (!own && !VERSION.matcher(uses.group(2)).matches()) {
                    breaches.add(file + ": " + action + " does not say its version");
                }
            });
        });
        // One version of an action everywhere, so that an update is one change.
        Map<String, String> pins = new TreeMap<>();
        texts.forEach((file, text) -> {
            Matcher uses = USES.matcher(text);
            while (uses.find()) {
                String[] action = uses.group(1).split("@");
                String other = pins.putIfAbsent(action[0], uses.group(1));
                if (other != null && !other.equals(uses.group(1))) {
                    breaches.add(file + ": " + uses.group(1) + " is " + other + " elsewhere");
                }
            }
        });
        return breaches;
    }

    /** What the key of a job's matrix can be. */
    @SuppressWarnings("unchecked") // as YAML has it; a wrong shape fails the test
    List<String> matrix(String file, String job, String key) {
        Map<String, Object> strategy =
                (Map<String, Object>) jobs(yaml(texts.get(file))).get(job).get("strategy");
        return (List<String>) ((Map<String, Object>) strategy.get("matrix")).get(key);
    }

    private static Map<String, Object> yaml(String text) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    @SuppressWarnings("unchecked") // as YAML has it; a wrong shape fails the test
    private static Map<String, Map<String, Object>> jobs(Map<String, Object> workflow) {
        return (Map<String, Map<String, Object>>) workflow.get("jobs");
    }
}
