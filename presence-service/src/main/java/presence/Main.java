package presence;

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

/**
 * Parses the command line: every setting is an option, which overrides its environment variable. Runs the service
 * unless a subcommand is given.
 */
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
        SettingOptions.addDevMode(spec);
        SettingOptions.addStandardInput(spec);
        SettingOptions.addTo(spec, false);
        for (Subcommand subcommand : Subcommands.all()) {
            CommandSpec sub = subcommand.spec().mixinStandardHelpOptions(true);
            sub.usageMessage()
                    .abbreviateSynopsis(true)
                    .sortOptions(false)
                    .width(WIDTH)
                    .autoWidth(false)
                    .footer("Reads the settings of the service; each is also an option of this command.");
            if (subcommand.hasDevMode()) {
                SettingOptions.addDevMode(sub);
            }
            SettingOptions.addTo(sub, true);
            sub.version(spec.version());
            spec.addSubcommand(sub.name(), sub);
        }
        return spec;
    }

    /**
     * Disables leak detection unless the property is set: Netty would track one buffer in 128 with a stack trace each,
     * which measurably raises the cost of a cursor. The tests track every buffer.
     */
    static void disableLeakDetection(Properties properties) {
        properties.putIfAbsent("io.netty.leakDetection.level", "disabled");
    }

    /**
     * Disables renegotiation by clients in the JDK's TLS (BoringSSL never allows it): a client could repeat handshakes,
     * each of which costs the service more than the client.
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
            Subcommand subcommand = (Subcommand) part.commandSpec().userObject();
            if (settings.dev() && !subcommand.hasDevMode()) {
                return Subcommand.failed(
                        "--dev makes no difference to " + part.commandSpec().name() + ": omit it");
            }
            Logging.configureForCommands(settings.values());
            return subcommand.run(part, settings);
        }
        return serve(settings, SettingOptions.isBoundToStandardInput(line));
    }

    private static int serve(GivenSettings settings, boolean boundToStandardInput) {
        try {
            if (boundToStandardInput && !settings.dev()) {
                throw new ConfigException("--exit-on-stdin-close needs --dev: other nodes end by a signal");
            }
            ServiceConfig config = settings.config();
            disableLeakDetection(System.getProperties());
            refuseRenegotiation(System.getProperties());
            if (config.dev()) {
                Logging.configureForDevMode(settings.values());
            } else {
                Logging.configure(settings.values());
            }
            // Only now: the first logger fixes the configuration of logging.
            Logger log = LoggerFactory.getLogger(Main.class);
            WarningLog warnings = WarningLog.begin(config.ops().warnings());
            ServiceConfig.unknown(System.getenv().keySet())
                    .forEach(name -> log.warn("unknown setting ignored variable={}", name));
            CountDownLatch stopped = stopOnSignal(log);
            PresenceService service = PresenceService.start(config, warnings);
            if (config.dev()) {
                DevMode.printAddresses(service, config, System.out);
            }
            if (boundToStandardInput) {
                DevMode.watch(System.in, stopped::countDown);
            }
            await(stopped, log);
            service.close();
            return 0;
        } catch (ConfigException | RedisUnavailableException e) {
            return Subcommand.failed(String.valueOf(e.getMessage()));
        }
    }

    /** Opens at the first signal to stop; a second signal ends the process at once, without a drain. */
    private static CountDownLatch stopOnSignal(Logger log) {
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            StopSignals.install(signal -> {
                log.info("stopping; a second signal ends the process at once signal={}", signal);
                stopped.countDown();
            });
        } catch (IllegalArgumentException e) {
            log.warn("cannot handle signals; a stop ends without a drain: {}", e.getMessage());
        }
        return stopped;
    }

    private static void await(CountDownLatch stopped, Logger log) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            log.warn("interrupted, stopping");
            Thread.currentThread().interrupt();
        }
    }
}
