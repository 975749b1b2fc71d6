package presence;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import presence.cli.SettingOptions;
import presence.cli.StopSignals;
import presence.cli.Subcommand;
import presence.cli.Subcommands;
import presence.cluster.redis.RedisUnavailableException;
import presence.config.ConfigException;
import presence.config.GivenSettings;
import presence.config.ServiceConfig;

/** The command line: every setting as an option, environment variables beneath; serves unless a subcommand is named. */
public final class Main {
    private static final int WIDTH = 110;

    private Main() {}

    public static void main(String[] args) {
        int exit = new CommandLine(spec()).setExecutionStrategy(Main::run).execute(args);
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
                .width(WIDTH)
                .autoWidth(false);
        SettingOptions.addTo(spec, false);
        for (Subcommand subcommand : Subcommands.all()) {
            CommandSpec sub = subcommand.spec().mixinStandardHelpOptions(true);
            sub.usageMessage()
                    .abbreviateSynopsis(true)
                    .sortOptions(false)
                    .width(WIDTH)
                    .autoWidth(false)
                    .footer("The settings of the service are read as ever; each is an option here, too.");
            SettingOptions.addTo(sub, true);
            sub.version(spec.version());
            spec.addSubcommand(sub.name(), sub);
        }
        return spec;
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

    private static int run(ParseResult line) {
        Integer help = CommandLine.executeHelpRequest(line);
        if (help != null) {
            return help;
        }
        GivenSettings settings = SettingOptions.read(line, System.getenv());
        if (line.hasSubcommand()) {
            ParseResult part = line.subcommand();
            Logging.configureForCommands(settings.values());
            return ((Subcommand) part.commandSpec().userObject()).run(part, settings);
        }
        return serve(settings.values());
    }

    private static int serve(Map<String, String> values) {
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
            return Subcommand.failed(String.valueOf(e.getMessage()));
        }
    }

    /** Opens when the process is told to stop; told again, it ends at once without any farewell. */
    private static CountDownLatch stopWhenTold(Logger log) {
        CountDownLatch told = new CountDownLatch(1);
        try {
            StopSignals.hear(signal -> {
                log.info("told to stop, told again this ends at once signal={}", signal);
                told.countDown();
            });
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
