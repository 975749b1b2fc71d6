package presence.config;

/**
 * Bounds on connections, rates and memory; 0 = none, but for {@code handshakes} and {@code bufferedMb}.
 *
 * @param handshakes connections in their handshake at once
 * @param perAddress connections
 * @param bufferedMb 0 = derived from the heap
 */
public record LimitConfig(
        int handshakes,
        int handshakesPerSecond,
        int perAddress,
        int joinsPerSecond,
        int joinsPerMinute,
        int resumesPerSecond,
        int framesPerSecond,
        int bytesPerSecond,
        int signalsPerSecond,
        int statesPerSecond,
        int eventBytesPerSecond,
        int reactionsPerSecond,
        int rosterPagesPerSecond,
        int locksPerSecond,
        int bufferedMb) {
    static LimitConfig from(SettingReader read, ClientConfig clients) throws ConfigException {
        return new LimitConfig(
                read.number(Setting.PRESENCE_MAX_HANDSHAKES),
                read.number(Setting.PRESENCE_HANDSHAKES_PER_SECOND),
                read.number(Setting.PRESENCE_MAX_CONNECTIONS_PER_ADDRESS),
                read.number(Setting.PRESENCE_JOINS_PER_SECOND),
                read.number(Setting.PRESENCE_JOINS_PER_MINUTE),
                resumesPerSecond(read, clients),
                read.number(Setting.PRESENCE_FRAMES_PER_SECOND),
                bytesPerSecond(read, clients),
                read.number(Setting.PRESENCE_SIGNALS_PER_SECOND),
                read.number(Setting.PRESENCE_STATES_PER_SECOND),
                eventBytesPerSecond(read, Setting.PRESENCE_EVENT_BYTES_PER_SECOND),
                read.number(Setting.PRESENCE_REACTIONS_PER_SECOND),
                read.number(Setting.PRESENCE_ROSTER_PAGES_PER_SECOND),
                read.number(Setting.PRESENCE_LOCKS_PER_SECOND),
                read.number(Setting.PRESENCE_MAX_BUFFERED_MB));
    }

    /**
     * Raises the rate to half of a client's boards: twice the rate may come at once, so a client can resume on all its
     * boards.
     */
    private static int resumesPerSecond(SettingReader read, ClientConfig clients) throws ConfigException {
        int resumes = read.number(Setting.PRESENCE_RESUMES_PER_SECOND);
        return resumes == 0 ? 0 : Math.max(resumes, (clients.maxBoards() + 1) / 2);
    }

    private static int bytesPerSecond(SettingReader read, ClientConfig clients) throws ConfigException {
        return bytesPerSecond(
                read, Setting.PRESENCE_BYTES_PER_SECOND, Setting.PRESENCE_MAX_FRAME_BYTES, clients.maxFrameBytes());
    }

    static int eventBytesPerSecond(SettingReader read, Setting setting) throws ConfigException {
        int signal = read.number(Setting.PRESENCE_MAX_SIGNAL_BYTES);
        return bytesPerSecond(read, setting, Setting.PRESENCE_MAX_SIGNAL_BYTES, signal);
    }

    private static int bytesPerSecond(SettingReader read, Setting setting, Setting message, int messageBytes)
            throws ConfigException {
        int bytes = read.number(setting);
        if (bytes != 0 && bytes < messageBytes) {
            throw new ConfigException(setting + "=" + bytes + " must be 0 or at least " + message + "=" + messageBytes
                    + ": the largest allowed message must fit");
        }
        return bytes;
    }
}
