package presence;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JsonLogEncoderTest {
    private static String encode(Throwable thrown, String template, Object... arguments) {
        Logger logger = (Logger) LoggerFactory.getLogger("presence.PresenceService");
        JsonLogEncoder encoder = new JsonLogEncoder();
        encoder.setContext(logger.getLoggerContext());
        encoder.start();
        LoggingEvent event = new LoggingEvent("", logger, Level.INFO, template, thrown, arguments);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void theMessageHasItsArguments() {
        String line = encode(null, "ready node={} wsPort={}", "9f3c", 3001);
        JsonObject read = JsonParser.parseString(line).getAsJsonObject();
        assertThat(read.get("message").getAsString()).isEqualTo("ready node=9f3c wsPort=3001");
        assertThat(read.get("level").getAsString()).isEqualTo("INFO");
        assertThat(read.get("loggerName").getAsString()).isEqualTo("presence.PresenceService");
        assertThat(read.get("timestamp").getAsLong()).isPositive();
        assertThat(read.has("arguments")).isFalse();
        assertThat(line).endsWith("}\n").hasLineCount(1);
    }

    @Test
    void anExceptionAndLineBreaksStayOnTheLine() {
        String line = encode(new IllegalStateException("a \"quoted\"\nreason"), "failed name={}", "two\nlines\t\"x\"");
        JsonObject read = JsonParser.parseString(line).getAsJsonObject();
        assertThat(read.get("message").getAsString()).isEqualTo("failed name=two\nlines\t\"x\"");
        assertThat(read.getAsJsonObject("throwable").get("message").getAsString())
                .isEqualTo("a \"quoted\"\nreason");
        assertThat(line).hasLineCount(1);
    }
}
