package presence.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The jar contains its bill of materials, for vulnerability scanners. */
class SbomIT {
    @Test
    void theJarListsWhatItIsMadeOf() throws IOException {
        Assumptions.assumeFalse(
                System.getProperty("presence.maven").equals("offline=true"),
                "NOT RUN: Maven is offline (-o) and makes no bill of materials");
        JsonObject bom;
        try (JarFile jar = new JarFile(System.getProperty("presence.jar"));
                InputStream in = jar.getInputStream(jar.getEntry("META-INF/sbom/presence-service.cdx.json"))) {
            bom = JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
        assertThat(bom.get("bomFormat").getAsString()).isEqualTo("CycloneDX");
        List<String> packages = StreamSupport.stream(
                        bom.getAsJsonArray("components").spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(component -> component.get("purl").getAsString())
                .toList();
        String netty = io.netty.util.Version.identify().get("netty-handler").artifactVersion();
        assertThat(packages)
                .contains("pkg:maven/io.netty/netty-handler@" + netty + "?type=jar")
                .anyMatch(name -> name.startsWith("pkg:maven/com.nimbusds/nimbus-jose-jwt@"))
                .anyMatch(name -> name.startsWith("pkg:maven/io.netty/netty-tcnative-boringssl-static@"))
                .noneMatch(name -> name.contains("junit") || name.contains("bouncycastle"));
    }
}
