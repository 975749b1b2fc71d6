package presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class MainTest {
    private static final String LEAKS = "io.netty.leakDetection.level";
    private final Properties properties = new Properties();

    @Test
    void buffersAreNotWatched() {
        Main.disableLeakDetection(properties);
        assertThat(properties).containsEntry(LEAKS, "disabled");
    }

    @Test
    void aConfiguredLeakDetectionIsKept() {
        properties.setProperty(LEAKS, "paranoid");
        Main.disableLeakDetection(properties);
        assertThat(properties).containsEntry(LEAKS, "paranoid");
    }

    @Test
    void noClientAsksForAnotherHandshake() {
        Main.refuseRenegotiation(properties);
        assertThat(properties).containsEntry("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }
}
