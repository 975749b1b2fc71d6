package presence.bench.swarm;

import java.util.Random;
import presence.bench.client.WanderingMover;

/**
 * What one client shows: a window that pans and zooms, and now and then goes elsewhere at once, in a way that depends on
 * its seed only. In 1/16 board unit.
 */
final class WindowWalk {
    /** The logarithm of the greatest change of size. */
    private static final double MOST_ZOOM = 0.35;

    private static final int ELSEWHERE = 20;
    private static final int ZOOMS = 4;

    private final Space space;
    private final Random random;
    private double zoom;
    private int x;
    private int y;
    private int width;
    private int height;

    WindowWalk(Space space, long seed) {
        this.space = space;
        this.random = new Random(seed);
        // The first values of similar seeds are similar.
        random.nextInt();
        goAnywhere();
    }

    private void goAnywhere() {
        resize();
        show(random.nextDouble() * (space.width() - width), random.nextDouble() * (space.height() - height));
    }

    private void resize() {
        zoom = Math.max(-MOST_ZOOM, Math.min(MOST_ZOOM, zoom + (random.nextDouble() - 0.5) * MOST_ZOOM));
        width = (int) Math.min(space.width(), space.windowWidth() * Math.exp(zoom));
        height = (int) Math.min(space.height(), space.windowHeight() * Math.exp(zoom));
    }

    private void show(double left, double top) {
        x = WanderingMover.ORIGIN + (int) Math.max(0, Math.min(space.width() - width, left));
        y = WanderingMover.ORIGIN + (int) Math.max(0, Math.min(space.height() - height, top));
    }

    /** Pans, in some steps zooms about its middle, or goes elsewhere. */
    void step() {
        int kind = random.nextInt(ELSEWHERE);
        if (kind == 0) {
            goAnywhere();
            return;
        }
        double middleX = x - WanderingMover.ORIGIN + width / 2.0;
        double middleY = y - WanderingMover.ORIGIN + height / 2.0;
        if (kind <= ELSEWHERE / ZOOMS) {
            resize();
        }
        show(
                middleX - width / 2.0 + (random.nextDouble() - 0.5) * width / 2,
                middleY - height / 2.0 + (random.nextDouble() - 0.5) * height / 2);
    }

    int x() {
        return x;
    }

    int y() {
        return y;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
