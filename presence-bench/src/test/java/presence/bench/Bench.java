package presence.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The bench's jar, as somebody would start it. */
final class Bench {
    /** A service that lives for seconds is not worth what a JVM does for one that lives for weeks. */
    static final String SERVICE_OPTIONS = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private Bench() {}

    /** How a command ended, and what it printed. */
    record Ending(int exit, String out, String err) {
        JsonObject json() {
            return new Gson().fromJson(out, JsonObject.class);
        }
    }

    static Ending run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Programs.java().toString(), "-Xmx512m", "-jar", System.getProperty("presence.bench.jar")));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("presence-bench", ".err");
        try {
            Process process = Children.start(new ProcessBuilder(command).redirectError(err.toFile()));
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ending(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }
}
