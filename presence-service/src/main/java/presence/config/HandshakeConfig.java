package presence.config;

/**
 * Bounds on connections before their WebSocket handshake, besides those in {@link LimitConfig}.
 *
 * @param perAddress at once, from one address or IPv6 /64 network
 * @param bytes that all of them together may have sent
 */
public record HandshakeConfig(int perAddress, long bytes) {
    /** The least share of one address, however small the node's limit: a browser opens several connections. */
    private static final int LEAST_HANDSHAKES = 16;

    static HandshakeConfig from(SettingReader read) throws ConfigException {
        int all = read.number(Setting.PRESENCE_MAX_HANDSHAKES);
        int perAddress = read.number(Setting.PRESENCE_MAX_HANDSHAKES_PER_ADDRESS);
        return new HandshakeConfig(
                perAddress == 0 ? Math.max(LEAST_HANDSHAKES, all / 4) : perAddress,
                (long) read.number(Setting.PRESENCE_MAX_HANDSHAKE_MB) << 20);
    }
}
