package presence.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Children;
import presence.bench.process.Programs;

/** Creates a certificate for localhost with the JDK's keytool. */
final class SelfSigned {
    private static final String PASSWORD = "changeit";
    private static final String NAME = "service";

    private SelfSigned() {}

    /** Writes certificate and key; returns the settings that name them. */
    static Map<String, String> settings() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("presence-bench");
        Path store = folder.resolve("store.p12");
        Process keytool = Children.start(new ProcessBuilder(
                        Programs.java().resolveSibling("keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        NAME,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true));
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new CannotMeasureException("keytool prints: " + said.strip());
        }
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore made = KeyStore.getInstance("PKCS12");
            made.load(in, PASSWORD.toCharArray());
            return Map.of(
                    "PRESENCE_TLS_CERT",
                    pem(
                            folder.resolve("cert.pem"),
                            "CERTIFICATE",
                            made.getCertificate(NAME).getEncoded()),
                    "PRESENCE_TLS_KEY",
                    pem(
                            folder.resolve("key.pem"),
                            "PRIVATE KEY",
                            made.getKey(NAME, PASSWORD.toCharArray()).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CannotMeasureException("no certificate: " + e.getMessage());
        }
    }

    private static String pem(Path file, String name, byte[] der) throws IOException {
        String text = "-----BEGIN " + name + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END "
                + name + "-----\n";
        return Files.writeString(file, text).toString();
    }
}
