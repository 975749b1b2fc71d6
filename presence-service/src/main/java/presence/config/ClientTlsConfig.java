package presence.config;

/**
 * Paths of PEM files for TLS to Redis.
 *
 * @param ca empty = the CAs that the JVM trusts
 * @param certificate empty = no client certificate
 */
public record ClientTlsConfig(String ca, String certificate, String key) {
    public boolean isAny() {
        return !ca.isEmpty() || !certificate.isEmpty();
    }

    static ClientTlsConfig from(SettingReader read) throws ConfigException {
        ClientTlsConfig tls = new ClientTlsConfig(
                read.file(Setting.PRESENCE_REDIS_CA),
                read.file(Setting.PRESENCE_REDIS_CERT),
                read.file(Setting.PRESENCE_REDIS_KEY));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw new ConfigException("PRESENCE_REDIS_CERT and PRESENCE_REDIS_KEY belong together: set both or none");
        }
        return tls;
    }
}
