package presence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import presence.cluster.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.config.Setting;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The command line: every setting as an option, environment variables beneath. */
public final class Main {
    private static final int FAILED = 1;
    /** What a shell adds to the number of the signal that ended a process. */
    private static final int SIGNAL_EXIT = 128;

    private Main() {}

    public static void main(String[] args) {
        int exit = new CommandLine(spec()).setExecutionStrategy(Main::serve).execute(args);
        System.exit(exit);
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create()
                .name("presence-service")
                .version("presence-service " + Version.text())
                .mixinStandardHelpOptions(true);
        spec.usageMessage()
                .abbreviateSynopsis(true)
                .description("Live presence for collaborative whiteboards: who is on the board, where every cursor is.")
                .sortOptions(false)
                .width(110)
                .autoWidth(false);
        for (Setting setting : Setting.values()) {
            String shown = setting.defaultValue().isEmpty() ? "unset" : setting.defaultValue();
            spec.addOption(option(
                    setting.option(), "VALUE", setting.meaning(), "  env " + setting.name() + ", default " + shown));
            if (setting.isSecret()) {
                spec.addOption(option(
                        setting.fileOption(),
                        "FILE",
                        "a file that holds it, where others may see variables and options",
                        "  env " + setting.fileVariable()));
            }
        }
        return spec;
    }

    private static OptionSpec option(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }

    /**
     * Netty would watch one buffer in 128 for leaks, with a stack trace each, which showed in what a cursor costs.
     * The tests watch every buffer; whoever sets the property has it their way.
     */
    static void watchNoBuffers(Properties properties) {
        properties.putIfAbsent("io.netty.leakDetection.level", "disabled");
    }

    /**
     * Where the JDK does TLS (BoringSSL never does this): a client may ask for handshakes on end, each of which costs
     * the service more than the client.
     */
    static void refuseRenegotiation(Properties properties) {
        properties.putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private static int serve(ParseResult line) {
        Integer help = CommandLine.executeHelpRequest(line);
        if (help != null) {
            return help;
        }
        Map<String, String> values = new LinkedHashMap<>(System.getenv());
        for (Setting setting : Setting.values()) {
            String given = line.matchedOptionValue(setting.option(), (String) null);
            String file = setting.isSecret() ? line.matchedOptionValue(setting.fileOption(), (String) null) : null;
            if (given != null || file != null) {
                // An option wins over the environment, in whichever of the two forms that has it.
                values.put(setting.name(), given == null ? "" : given);
                values.put(setting.fileVariable(), file == null ? "" : file);
            }
        }
        try {
            ServiceConfig config = ServiceConfig.from(values);
            watchNoBuffers(System.getProperties());
            refuseRenegotiation(System.getProperties());
            Logging.configure(values);
            // Only now: whoever asks for a logger first, fixes its configuration.
            Logger log = LoggerFactory.getLogger(Main.class);
            ServiceConfig.unknown(System.getenv().keySet())
                    .forEach(name -> log.warn("unknown setting ignored variable={}", name));
            CountDownLatch told = stopWhenTold(log);
            PresenceService service = PresenceService.start(config);
            await(told, log);
            service.close();
            return 0;
        } catch (ConfigException | RedisUnavailableException e) {
            System.err.println("presence-service: " + e.getMessage());
            return FAILED;
        }
    }

    /** Opens when the process is told to stop; told again, it ends at once without any farewell. */
    private static CountDownLatch stopWhenTold(Logger log) {
        CountDownLatch told = new CountDownLatch(1);
        AtomicBoolean again = new AtomicBoolean();
        SignalHandler stop = signal -> {
            if (again.getAndSet(true)) {
                Runtime.getRuntime().halt(SIGNAL_EXIT + signal.getNumber());
            }
            log.info("told to stop, told again this ends at once signal={}", signal.getName());
            told.countDown();
        };
        try {
            // Not a shutdown hook: with one the JVM ends with 143, and does not hear a second signal.
            Signal.handle(new Signal("TERM"), stop);
            Signal.handle(new Signal("INT"), stop);
        } catch (IllegalArgumentException e) {
            log.warn("signals are not heard, a stop will be no drain: {}", e.getMessage());
        }
        return told;
    }

    private static void await(CountDownLatch told, Logger log) {
        try {
            told.await();
        } catch (InterruptedException e) {
            log.warn("interrupted, stopping");
            Thread.currentThread().interrupt();
        }
    }
}
