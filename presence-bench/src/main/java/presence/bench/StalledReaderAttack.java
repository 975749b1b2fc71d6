package presence.bench;

/** Joins boards of good users and reads nothing. */
record StalledReaderAttack() implements Attack {
    @Override
    public String name() {
        return "stalled-readers";
    }

    @Override
    public int connections() {
        return 500;
    }

    @Override
    public String trace() {
        return "presence_cursor_frames_skipped_total";
    }

    @Override
    public void begin(Hostile connection) {
        connection.join(connection::stopReading);
    }
}
