package presence.bench;

import java.net.URI;

/**
 * The service that is attacked, and the boards on it where good users are.
 *
 * @param opsPort on the same host
 */
record AttackTarget(URI url, int opsPort, String prefix, int boards) {
    /** Attacks on boards are for so many of them: there it hurts, and the others show what remains. */
    private static final int ATTACKED = 5;

    String board(int number) {
        return prefix + number % Math.min(boards, ATTACKED);
    }
}
