package presence;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.metrics.ServiceMetrics;
import presence.security.Authenticator;
import presence.security.FileWatch;
import presence.security.JwtAuthenticator;
import presence.security.ServerTls;

/** What stands between the public port and the boards, as far as it is configured. */
final class PublicPortSecurity implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PublicPortSecurity.class);

    private final FileWatch files;
    private final @Nullable ServerTls tls;
    private final @Nullable JwtAuthenticator authenticator;

    /**
     * @param clock monotonic milliseconds
     * @throws ConfigException if a certificate or the keys of tokens cannot be had
     */
    PublicPortSecurity(ServiceConfig config, ServiceMetrics metrics, LongSupplier clock) throws ConfigException {
        files = new FileWatch(config.filesCheck());
        try {
            tls = config.tls().enabled() ? new ServerTls(config.tls(), files, metrics) : null;
            authenticator = config.auth().required()
                    ? new JwtAuthenticator(
                            config.auth(),
                            config.clients().maxNameBytes(),
                            files,
                            metrics,
                            clock,
                            System::currentTimeMillis)
                    : null;
        } catch (ConfigException e) {
            files.close();
            throw e;
        }
        if (authenticator == null) {
            log.warn("no authentication: whoever reaches the public port may join any board as anybody;"
                    + " PRESENCE_AUTH=jwt asks for tokens");
        }
    }

    /** Null: the public port speaks plain HTTP. */
    @Nullable ServerTls tls() {
        return tls;
    }

    /** Null: nobody is asked for a token. */
    @Nullable Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public void close() {
        files.close();
        if (tls != null) {
            tls.close();
        }
        if (authenticator != null) {
            authenticator.close();
        }
    }
}
