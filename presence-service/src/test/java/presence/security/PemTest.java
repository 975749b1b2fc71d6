package presence.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import presence.config.ConfigException;
import presence.testing.crypto.Certificates;

class PemTest {
    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("some.pem"), content);
    }

    private static String block(String name, byte[] der) {
        return "-----BEGIN " + name + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + name
                + "-----\n";
    }

    @ParameterizedTest
    @EnumSource(names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
    void readsEveryKindOfKey(Algorithm algorithm) throws Exception {
        X509Bundle bundle = Certificates.make("a", algorithm);
        PublicKey publicKey = bundle.getKeyPair().getPublic();
        assertThat(new Pem(file(bundle.getPrivateKeyPEM()))
                        .privateKey(publicKey)
                        .getEncoded())
                .isEqualTo(bundle.getKeyPair().getPrivate().getEncoded());
        assertThat(new Pem(file(block("PUBLIC KEY", publicKey.getEncoded()))).publicKey())
                .isEqualTo(publicKey);
        assertThat(new Pem(file(bundle.getCertificatePEM())).publicKey()).isEqualTo(publicKey);
    }

    @ParameterizedTest
    @CsvSource({"rsa2048, RSA PRIVATE KEY", "ecp256, EC PRIVATE KEY", "ecp384, EC PRIVATE KEY"})
    void readsTheFormsOfOldTools(Algorithm algorithm, String name) throws Exception {
        X509Bundle bundle = Certificates.make("a", algorithm);
        byte[] old = PrivateKeyInfo.getInstance(bundle.getKeyPair().getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        // As openssl writes it: with the curve parameters first.
        Path file = file(
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + block(name, old));
        assertThat(new Pem(file).privateKey(bundle.getKeyPair().getPublic()))
                .isEqualTo(bundle.getKeyPair().getPrivate());
    }

    /** To make the key takes seconds. */
    @Tag("slow")
    @Test
    void readsTheFormOfOldToolsForALargeKey() throws Exception {
        readsTheFormsOfOldTools(Algorithm.rsa4096, "RSA PRIVATE KEY");
    }

    @Test
    void readsAChainInItsOrderAmongOtherThings() throws Exception {
        X509Bundle first = Certificates.make("first", Algorithm.ecp256);
        X509Bundle second = Certificates.make("second", Algorithm.ecp256);
        Path file = file("a comment\n" + first.getPrivateKeyPEM() + first.getCertificatePEM() + "\nmore\n"
                + second.getCertificatePEM());
        assertThat(new Pem(file).certificates()).containsExactly(first.getCertificate(), second.getCertificate());
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        PublicKey other = Certificates.make("a", Algorithm.ecp256).getKeyPair().getPublic();
        assertThatThrownBy(() -> new Pem(folder.resolve("absent")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("there is no file " + folder.resolve("absent"));
        assertThatThrownBy(() -> new Pem(folder)).hasMessageStartingWith("cannot read " + folder);
        assertThatThrownBy(() -> new Pem(file("nothing")).certificates())
                .hasMessageEndingWith("holds no \"BEGIN CERTIFICATE\"");
        assertThatThrownBy(() -> new Pem(file("nothing")).privateKey(other))
                .hasMessageEndingWith("holds no \"BEGIN PRIVATE KEY\"");
        assertThatThrownBy(() -> new Pem(file("nothing")).publicKey()).hasMessageContaining("BEGIN PUBLIC KEY");
    }

    @Test
    void anUnreadableFileIsNamed() throws Exception {
        PublicKey other = Certificates.make("a", Algorithm.ecp256).getKeyPair().getPublic();
        byte[] junk = {1, 2, 3};
        assertThatThrownBy(() -> new Pem(file(block("CERTIFICATE", junk))).certificates())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> new Pem(file(block("PRIVATE KEY", junk))).privateKey(other))
                .hasMessageEndingWith("holds no EC key that can be read");
        assertThatThrownBy(() -> new Pem(file(block("EC PRIVATE KEY", junk))).privateKey(other))
                .hasMessageEndingWith("holds no EC key that can be read");
        assertThatThrownBy(() -> new Pem(file(block("PUBLIC KEY", junk))).publicKey())
                .hasMessageEndingWith("not RSA, EC or Ed25519");
        assertThatThrownBy(() -> new Pem(file(block("ENCRYPTED PRIVATE KEY", junk))).privateKey(other))
                .hasMessageContaining("is encrypted: write the key without a password");
    }
}
