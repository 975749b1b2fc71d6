package presence.security;

import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import presence.config.ClientTlsConfig;
import presence.config.ConfigException;
import presence.config.Setting;

/** The CA certificates that verify Redis over TLS, and the client certificate for it. */
public final class ClientCertificates {
    /** Empty = the JVM's trust store. */
    private final List<X509Certificate> trusted;

    private final @Nullable CertifiedKey own;

    private ClientCertificates(List<X509Certificate> trusted, @Nullable CertifiedKey own) {
        this.trusted = trusted;
        this.own = own;
    }

    /** @throws ConfigException if a file cannot be used, in one line that names its setting */
    public static ClientCertificates read(ClientTlsConfig files) throws ConfigException {
        return new ClientCertificates(trusted(files), own(files));
    }

    private static List<X509Certificate> trusted(ClientTlsConfig files) throws ConfigException {
        try {
            return files.ca().isEmpty() ? List.of() : new Pem(Path.of(files.ca())).certificates();
        } catch (ConfigException e) {
            throw new ConfigException(Setting.PRESENCE_REDIS_CA + ": " + e.getMessage());
        }
    }

    private static @Nullable CertifiedKey own(ClientTlsConfig files) throws ConfigException {
        try {
            return files.certificate().isEmpty()
                    ? null
                    : CertifiedKey.read(Path.of(files.certificate()), Path.of(files.key()));
        } catch (ConfigException e) {
            throw new ConfigException(
                    Setting.PRESENCE_REDIS_CERT + ", " + Setting.PRESENCE_REDIS_KEY + ": " + e.getMessage());
        }
    }

    /** Sets them in a builder of TLS options. */
    public void applyTo(SslContextBuilder builder) {
        if (!trusted.isEmpty()) {
            builder.trustManager(trusted.toArray(new X509Certificate[0]));
        }
        if (own != null) {
            builder.keyManager(own.key(), own.chainArray());
        }
    }
}
