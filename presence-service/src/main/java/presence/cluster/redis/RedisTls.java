package presence.cluster.redis;

import io.lettuce.core.SslOptions;
import io.netty.handler.ssl.SslContextBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ClientTlsConfig;
import presence.config.ConfigException;
import presence.config.RedisConfig;
import presence.security.ClientCertificates;

/**
 * Configures TLS to Redis. Lettuce builds the TLS context per connection, so the next connection uses renewed
 * certificate files without a restart. Thread-safe.
 */
final class RedisTls {
    private static final Logger log = LoggerFactory.getLogger(RedisTls.class);

    private final ClientTlsConfig files;
    private volatile ClientCertificates last;

    private RedisTls(ClientTlsConfig files) throws ConfigException {
        this.files = files;
        this.last = ClientCertificates.read(files);
    }

    /** @throws IllegalArgumentException if a file cannot be used, in one line that names its setting */
    static SslOptions options(RedisConfig config) {
        SslOptions.Builder options = SslOptions.builder().handshakeTimeout(config.commandTimeout());
        if (config.isTls()) {
            try {
                options.sslContext(new RedisTls(config.tls())::configure);
            } catch (ConfigException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
        return options.build();
    }

    private void configure(SslContextBuilder builder) {
        try {
            last = ClientCertificates.read(files);
        } catch (ConfigException e) {
            // The file may be half written.
            log.warn("cannot load certificates for redis; keeping the previous ones: {}", e.getMessage());
        }
        last.applyTo(builder);
    }
}
