package presence.testing.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that some tests need. */
public enum Tool {
    REDIS_SERVER("redis-server"),
    NODE("node"),
    NPM("npm"),
    CHROMIUM("chromium", "chromium-browser", "google-chrome"),
    FIREFOX("firefox-esr", "firefox"),
    HAPROXY("haproxy"),
    /** Docker with its compose plugin. */
    DOCKER_COMPOSE("docker") {
        @Override
        public Optional<Path> find() {
            return super.find()
                    .filter(docker -> Command.in(Path.of("."))
                                    .run(PATIENCE, List.of(docker.toString(), "compose", "version"))
                                    .exitCode()
                            == 0);
        }
    },
    /** Network namespaces and slow links: iproute2 and root. */
    NETWORK_NAMESPACES("ip") {
        @Override
        public Optional<Path> find() {
            return super.find()
                    .filter(ip -> Command.in(Path.of("."))
                                    .run(PATIENCE, List.of(ip.toString(), "netns", "list"))
                                    .exitCode()
                            == 0)
                    .filter(ip -> "root".equals(System.getProperty("user.name")));
        }
    },
    KUBECTL("kubectl"),
    HELM("helm"),
    PROMETHEUS("prometheus"),
    PROMTOOL("promtool"),
    /** Checks GitHub workflows; it and those that follow are what {@code .ci/tools} installs. */
    ACTIONLINT("actionlint"),
    ZIZMOR("zizmor"),
    MKDOCS("mkdocs"),
    SCHEMATHESIS("schemathesis");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String[] names;

    Tool(String... names) {
        this.names = names;
    }

    /** Its path: from the environment variable of its name, the PATH, or the usual directories of daemons. */
    public Optional<Path> find() {
        String given = System.getenv(name());
        if (given != null && Files.isExecutable(Path.of(given))) {
            return Optional.of(Path.of(given));
        }
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(names)
                .flatMap(name -> Pattern.compile(":").splitAsStream(path).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public String path() {
        return find().orElseThrow(() -> new IllegalStateException("install " + names[0]))
                .toString();
    }
}
