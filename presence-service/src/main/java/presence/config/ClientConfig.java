package presence.config;

import java.time.Duration;

/** Times and bounds of client connections. */
public record ClientConfig(
        Duration heartbeat,
        Duration handshakeTimeout,
        Duration firstFrameTimeout,
        int maxConnections,
        int maxBoards,
        int maxFrameBytes,
        int maxNameBytes,
        int maxStateBytes,
        int maxStateKeys,
        int maxSignalBytes,
        int reliableLaneBytes,
        Duration slowReader) {
    static ClientConfig from(SettingReader read) throws ConfigException {
        ClientConfig clients = new ClientConfig(
                read.millis(Setting.PRESENCE_HEARTBEAT_MS, 200, 600_000),
                read.millis(Setting.PRESENCE_HANDSHAKE_TIMEOUT_MS, 100, 60_000),
                read.millis(Setting.PRESENCE_FIRST_FRAME_TIMEOUT_MS, 100, 600_000),
                read.number(Setting.PRESENCE_MAX_CONNECTIONS, 1, Integer.MAX_VALUE),
                read.number(Setting.PRESENCE_MAX_BOARDS, 1, 1_024),
                read.number(Setting.PRESENCE_MAX_FRAME_BYTES, 1_024, 1_048_576),
                read.number(Setting.PRESENCE_MAX_NAME_BYTES, 8, 1_024),
                read.number(Setting.PRESENCE_MAX_STATE_BYTES, 0, 4_096),
                read.number(Setting.PRESENCE_MAX_STATE_KEYS, 0, 1_024),
                read.number(Setting.PRESENCE_MAX_SIGNAL_BYTES, 0, 32_768),
                read.number(Setting.PRESENCE_RELIABLE_LANE_BYTES, 65_536, 67_108_864),
                read.millis(Setting.PRESENCE_SLOW_READER_MS, 1_000, 3_600_000));
        if (clients.maxSignalBytes() + 1_024 > clients.maxFrameBytes()) {
            throw new ConfigException("PRESENCE_MAX_SIGNAL_BYTES=" + clients.maxSignalBytes()
                    + " does not fit PRESENCE_MAX_FRAME_BYTES=" + clients.maxFrameBytes()
                    + ": lower the first or raise the second");
        }
        return clients;
    }
}
