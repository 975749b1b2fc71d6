package presence.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Captures log lines while it is open; an exception as its name and message. */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger;
    private final Level least;
    private final Level levelBefore;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private LogCapture(Logger logger, Level least) {
        this.logger = logger;
        this.least = least;
        levelBefore = logger.getLevel();
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
    }

    /** Also captures debug lines of one class; they do not go to the console. */
    public static LogCapture of(Class<?> source) {
        Logger logger = (Logger) LoggerFactory.getLogger(source);
        LogCapture capture = new LogCapture(logger, Level.DEBUG);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        return capture;
    }

    /** The warnings and errors of all loggers. */
    public static LogCapture warnings() {
        return new LogCapture((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME), Level.WARN);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(least)) {
            var thrown = event.getThrowableProxy();
            lines.add(event.getFormattedMessage()
                    + (thrown == null ? "" : " <- " + thrown.getClassName() + ": " + thrown.getMessage()));
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public void clear() {
        lines.clear();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(levelBefore);
        logger.setAdditive(true);
        stop();
    }
}
