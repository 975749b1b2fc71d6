package presence.lock;

import org.jspecify.annotations.Nullable;

/** @param lock as it is now: the member's own, that of the holder, or null if it is free */
public record LockAnswer(Outcome outcome, @Nullable Lock lock) {
    /** What became of a request. The code is that of the script. */
    public enum Outcome {
        DENIED(0),
        GRANTED(1),
        /** The member held it already. */
        RENEWED(2),
        QUEUED(3),
        /** The member holds or waits for too many. */
        MEMBER_FULL(-1),
        /** The board has too many. */
        BOARD_FULL(-2),
        /** Too many members wait for this one. */
        QUEUE_FULL(-3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        /** @throws IllegalArgumentException for a code that no outcome has */
        public static Outcome of(long code) {
            for (Outcome outcome : values()) {
                if (outcome.code == code) {
                    return outcome;
                }
            }
            throw new IllegalArgumentException("no outcome has the code " + code);
        }

        /** Whether the member holds the lock now. */
        public boolean isHeld() {
            return this == GRANTED || this == RENEWED;
        }
    }
}
