package presence.it.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import presence.testing.process.NodeProcess;

/** What the real jar logs at its start. */
class LogIT {
    @Test
    void everyLineOfJsonHasTheMessageOfTheText() {
        try (NodeProcess node = NodeProcess.start(Map.of("LOG_FORMAT", "json"))) {
            List<String> messages = node.log()
                    .lines()
                    .map(line -> JsonParser.parseString(line)
                            .getAsJsonObject()
                            .get("message")
                            .getAsString())
                    .toList();
            assertThat(messages)
                    .anyMatch(message -> message.startsWith(
                            "ready node=" + node.id() + " wsPort=" + node.publicPort() + " opsPort="))
                    .noneMatch(message -> message.contains("{}"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aNodeWhoseNativeLibraryCannotBeUnpackedSaysWhyAndWorks(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (NodeProcess node =
                NodeProcess.start(Map.of("JAVA_TOOL_OPTIONS", "-Dio.netty.native.workdir=" + file.resolve("absent")))) {
            assertThat(node.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "epoll is not available, using NIO",
                            "io.netty.native.workdir",
                            "reason=",
                            file.resolve("absent").toString());
            assertThat(node.log()).contains("transport=nio");
        }
    }
}
