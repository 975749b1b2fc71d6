package presence.bench.swarm;

import presence.bench.client.WanderingMover;

/**
 * The size of a board whose members are everywhere, such that a window shows some of them. In 1/16 board unit; the board
 * begins at {@link WanderingMover#ORIGIN}.
 */
record Space(int width, int height, int windowWidth, int windowHeight) {
    /** A window of 1,600 × 900 board units. */
    private static final int WINDOW_WIDTH = 1_600 * 16;

    private static final int WINDOW_HEIGHT = 900 * 16;

    /** @param visible of the members, by a window of average size */
    static Space of(int members, int visible) {
        double times = Math.sqrt(Math.max(1, (double) members / visible));
        return new Space((int) (WINDOW_WIDTH * times), (int) (WINDOW_HEIGHT * times), WINDOW_WIDTH, WINDOW_HEIGHT);
    }
}
