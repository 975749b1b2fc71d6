package presence;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.JsonEscapeUtil;

/**
 * Writes a log event as one JSON object per line, whose {@code message} has its arguments filled in. Logback's own
 * {@code message} is the template, beside an array of the arguments. {@code logback.xml} names this class.
 */
public final class JsonLogEncoder extends JsonEncoder {
    public JsonLogEncoder() {
        // Constant in this service: the sequence number, and the context with its name and birth.
        setWithSequenceNumber(false);
        setWithContext(false);
        setWithMessage(false);
        setWithArguments(false);
    }

    @Override
    protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
        line.append(VALUE_SEPARATOR);
        appenderMember(line, MESSAGE_ATTR_NAME, JsonEscapeUtil.jsonEscapeString(event.getFormattedMessage()));
    }
}
