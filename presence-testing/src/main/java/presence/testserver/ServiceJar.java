package presence.testserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** The presence-service.jar that comes with this module, unpacked once per JVM. */
final class ServiceJar {
    private static @Nullable Path unpacked;

    private ServiceJar() {}

    static synchronized Path unpacked() {
        if (unpacked == null) {
            try (InputStream jar = ServiceJar.class.getResourceAsStream("presence-service.jar")) {
                if (jar == null) {
                    throw new IllegalStateException("presence-service.jar is not in this build of presence-testing:"
                            + " use its packaged jar, or name one with jar(Path)");
                }
                Path file = Files.createTempFile("presence-service", ".jar");
                file.toFile().deleteOnExit();
                Files.copy(jar, file, StandardCopyOption.REPLACE_EXISTING);
                unpacked = file;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unpack presence-service.jar", e);
            }
        }
        return unpacked;
    }
}
