package presence;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import presence.ops.RecentWarnings;

/** Records the warnings and errors of the log from its start until it is closed. Thread-safe. */
final class WarningLog extends UnsynchronizedAppenderBase<ILoggingEvent> implements AutoCloseable {
    private final RecentWarnings recent;
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private WarningLog(RecentWarnings recent) {
        this.recent = recent;
    }

    /** @param most different warnings kept */
    static WarningLog begin(int most) {
        WarningLog log = new WarningLog(new RecentWarnings(most));
        log.setContext(log.root.getLoggerContext());
        log.start();
        log.root.addAppender(log);
        return log;
    }

    RecentWarnings recent() {
        return recent;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
            return;
        }
        String logger = event.getLoggerName();
        IThrowableProxy thrown = event.getThrowableProxy();
        String cause = thrown == null ? "" : " <- " + thrown.getClassName() + ": " + thrown.getMessage();
        recent.add(
                event.getLevel().toString().toLowerCase(Locale.ROOT),
                logger.substring(logger.lastIndexOf('.') + 1),
                String.valueOf(event.getMessage()),
                event.getFormattedMessage() + cause,
                event.getTimeStamp());
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}
