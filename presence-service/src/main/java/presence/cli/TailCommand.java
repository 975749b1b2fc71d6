package presence.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.tail.EventTail;
import presence.cluster.tail.Tail;
import presence.cluster.tail.TailEvent;
import presence.config.ConfigException;
import presence.config.GivenSettings;
import presence.config.ServiceConfig;

/** Prints the messages of nodes, a line per event, until a signal or a limit ends it. */
final class TailCommand implements Subcommand {
    /** Most events queued for a slow terminal; Redis would disconnect a subscriber that reads too slowly. */
    private static final int WAITING = 10_000;

    private static final long POLL_MS = 100;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("tail");
        spec.usageMessage()
                .description("Print the messages of nodes over Redis, a line per event. The Redis user needs"
                        + " +psubscribe, +ping and the pattern as a channel (&presence:*).");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("PATTERN")
                .type(String.class)
                .description(
                        "channel pattern of PSUBSCRIBE, such as 'presence:board:b1' for a board; default <prefix>:*")
                .build());
        spec.addOption(OptionSpec.builder("--events")
                .type(boolean.class)
                .description("print the event log instead, which nodes write with PRESENCE_EVENTS=on; the Redis user"
                        + " needs +eval, +evalsha, +xrange and +xrevrange")
                .build());
        spec.addOption(OptionSpec.builder("--after")
                .paramLabel("ID")
                .type(String.class)
                .description("with --events: begin after this event, 0-0 = with the oldest; default: after the latest")
                .build());
        spec.addOption(OptionSpec.builder("--json")
                .type(boolean.class)
                .description("a JSON object per line: time, channel, node, kind, event")
                .build());
        spec.addOption(OptionSpec.builder("--color")
                .paramLabel("WHEN")
                .type(Color.class)
                .description("auto (default: on a terminal, unless NO_COLOR is set), always or never")
                .build());
        spec.addOption(limit("--seconds", "end after so many seconds"));
        spec.addOption(limit("--count", "end after so many events"));
        return spec;
    }

    private static OptionSpec limit(String name, String description) {
        return OptionSpec.builder(name)
                .paramLabel("N")
                .type(Integer.class)
                .description(description)
                .build();
    }

    @Override
    public int run(ParseResult line, GivenSettings settings) {
        long seconds = limit(line, "--seconds");
        long count = limit(line, "--count");
        boolean json = line.hasMatchedOption("--json");
        if (line.hasMatchedOption("--events")) {
            return runEvents(line, settings, seconds, count, json);
        }
        Color color = line.matchedOptionValue("--color", Color.auto);
        boolean colored = !json && color.isOn(System.getenv("NO_COLOR"));
        BlockingQueue<TailEvent> events = new ArrayBlockingQueue<>(WAITING);
        AtomicLong missed = new AtomicLong();
        AtomicBoolean stopped = new AtomicBoolean();
        StopSignals.install(signal -> stopped.set(true));
        try (Tail tail = Tail.follow(
                ServiceConfig.from(settings.values()).redis(),
                line.matchedPositionalValue(0, ""),
                event -> {
                    if (!events.offer(event)) {
                        missed.incrementAndGet();
                    }
                },
                TailCommand::notice)) {
            notice("listening to " + tail.pattern() + " redis=" + tail.address());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            PrintStream out = Output.standard();
            for (long printed = 0; printed < count && !stopped.get() && System.nanoTime() - end < 0; ) {
                long wait = Math.min(POLL_MS, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) + 1);
                TailEvent event = events.poll(wait, TimeUnit.MILLISECONDS);
                if (event != null) {
                    out.println(json ? event.json() : colored ? Color.of(event) : event.text());
                    printed++;
                    if (out.checkError()) {
                        // The reader closed the pipe, as head does.
                        return OK;
                    }
                }
                long lost = missed.getAndSet(0);
                if (lost > 0) {
                    notice(lost + " events not shown: they arrive faster than they can be printed");
                }
            }
            return OK;
        } catch (ConfigException | RedisUnavailableException e) {
            return Subcommand.failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static int runEvents(ParseResult line, GivenSettings settings, long seconds, long count, boolean json) {
        String after = line.matchedOptionValue("--after", "");
        if (line.hasMatchedPositional(0)) {
            throw new ParameterException(
                    line.commandSpec().commandLine(), "--events prints the whole log: omit the pattern");
        }
        if (!after.isEmpty() && !after.matches("\\d{1,18}-\\d{1,18}")) {
            throw new ParameterException(
                    line.commandSpec().commandLine(), "--after=" + after + " must be the id of an event, or 0-0");
        }
        AtomicBoolean stopped = new AtomicBoolean();
        StopSignals.install(signal -> stopped.set(true));
        try (EventTail tail =
                EventTail.follow(ServiceConfig.from(settings.values()).redis(), after)) {
            notice("reading the event log redis=" + tail.address());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            PrintStream out = Output.standard();
            for (long printed = 0; printed < count && !stopped.get() && System.nanoTime() - end < 0; ) {
                List<String> lines = tail.next((int) Math.min(count - printed, 100), json);
                for (String text : lines) {
                    out.println(text);
                    printed++;
                    if (out.checkError()) {
                        // The reader closed the pipe, as head does.
                        return OK;
                    }
                }
                if (lines.isEmpty()) {
                    Thread.sleep(POLL_MS);
                }
            }
            return OK;
        } catch (ConfigException | RedisUnavailableException e) {
            return Subcommand.failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    /** @return {@link Integer#MAX_VALUE} if the option is not given */
    private static long limit(ParseResult line, String option) {
        int limit = line.matchedOptionValue(option, Integer.MAX_VALUE);
        if (limit < 1) {
            throw new ParameterException(
                    line.commandSpec().commandLine(), option + "=" + limit + " must be at least 1");
        }
        return limit;
    }

    private static void notice(String what) {
        System.err.println("presence-service: " + what);
    }
}
