package presence.config;

import java.time.Duration;

/**
 * Times and bounds of client connections.
 *
 * @param heartbeatGather how long heartbeats may wait to be answered together on a quiet event loop; zero = not at all
 */
public record ClientConfig(
        Duration heartbeat,
        Duration heartbeatGather,
        Duration handshakeTimeout,
        Duration firstFrameTimeout,
        int maxConnections,
        int maxBoards,
        int maxFrameBytes,
        int maxNameBytes,
        int maxStateBytes,
        int maxStateKeys,
        int maxSignalBytes,
        int maxRosterLimit,
        int reliableLaneBytes,
        Duration slowReader) {
    static ClientConfig from(SettingReader read) throws ConfigException {
        ClientConfig clients = new ClientConfig(
                read.millis(Setting.PRESENCE_HEARTBEAT_MS),
                read.millis(Setting.PRESENCE_HEARTBEAT_GATHER_MS),
                read.millis(Setting.PRESENCE_HANDSHAKE_TIMEOUT_MS),
                read.millis(Setting.PRESENCE_FIRST_FRAME_TIMEOUT_MS),
                read.number(Setting.PRESENCE_MAX_CONNECTIONS),
                read.number(Setting.PRESENCE_MAX_BOARDS),
                read.number(Setting.PRESENCE_MAX_FRAME_BYTES),
                read.number(Setting.PRESENCE_MAX_NAME_BYTES),
                read.number(Setting.PRESENCE_MAX_STATE_BYTES),
                read.number(Setting.PRESENCE_MAX_STATE_KEYS),
                read.number(Setting.PRESENCE_MAX_SIGNAL_BYTES),
                read.number(Setting.PRESENCE_MAX_ROSTER_LIMIT),
                read.number(Setting.PRESENCE_RELIABLE_LANE_BYTES),
                read.millis(Setting.PRESENCE_SLOW_READER_MS));
        if (clients.maxSignalBytes() + 1_024 > clients.maxFrameBytes()) {
            throw new ConfigException("PRESENCE_MAX_SIGNAL_BYTES=" + clients.maxSignalBytes()
                    + " does not fit PRESENCE_MAX_FRAME_BYTES=" + clients.maxFrameBytes()
                    + ": lower the first or raise the second");
        }
        return clients;
    }
}
