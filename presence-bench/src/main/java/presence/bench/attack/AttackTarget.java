package presence.bench.attack;

import java.net.URI;

/**
 * The service under attack, and the boards of good users on it.
 *
 * @param opsPort on the same host
 */
record AttackTarget(URI url, int opsPort, String prefix, int boards) {
    /** Attacks on boards target this many of them; the others show what remains unaffected. */
    private static final int ATTACKED = 5;

    String board(int number) {
        return prefix + number % Math.min(boards, ATTACKED);
    }
}
