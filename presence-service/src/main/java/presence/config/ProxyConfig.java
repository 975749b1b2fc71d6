package presence.config;

/**
 * The PROXY protocol on the public port.
 *
 * @param trusted CIDRs of load balancers, comma-separated
 */
public record ProxyConfig(boolean on, String trusted) {
    static ProxyConfig from(SettingReader read) throws ConfigException {
        return new ProxyConfig(
                read.is(Setting.PRESENCE_PROXY_PROTOCOL, "on"), read.text(Setting.PRESENCE_PROXY_TRUSTED));
    }
}
