package presence.testing.crypto;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Creates certificates for {@code localhost}. */
public final class Certificates {
    private Certificates() {}

    /** A self-signed certificate. */
    public static X509Bundle make(String name, Algorithm algorithm) {
        try {
            return new CertificateBuilder()
                    .subject("CN=" + name)
                    .addSanDnsName("localhost")
                    .setIsCertificateAuthority(true)
                    .algorithm(algorithm)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The certificate of an authority. */
    public static X509Bundle authority(String name) {
        try {
            return new CertificateBuilder()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** For this host, signed by an authority. */
    public static X509Bundle issue(X509Bundle authority, String host) {
        try {
            return new CertificateBuilder()
                    .subject("CN=" + host)
                    .addSanDnsName(host)
                    .buildIssuedBy(authority);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes certificate and key as {@code cert.pem} and {@code key.pem}. */
    public static void write(X509Bundle bundle, Path folder) {
        try {
            Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM());
            Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An HTTP client that trusts only these. */
    public static HttpClient trusting(X509Bundle... bundles) {
        return HttpClient.newBuilder().sslContext(context(bundles)).build();
    }

    public static SSLContext context(X509Bundle... bundles) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (int i = 0; i < bundles.length; i++) {
                trusted.setCertificateEntry("certificate" + i, bundles[i].getCertificate());
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
