package presence.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Keeps the warning of nodes without authentication off the tests' console; {@link LogCapture} still gets it. */
public final class HidesOpenNodes extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getMessage().startsWith("no authentication: ") ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
