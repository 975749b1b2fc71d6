package presence.bench.swarm;

import picocli.CommandLine.Option;

/** The options of {@code swarm} for observers, watchers and windows. */
final class CrowdOptions {
    @Option(names = "--observers", description = "observers of each board")
    private int observers;

    @Option(names = "--watchers", description = "connections that watch boards without being on one")
    private int watchers;

    @Option(names = "--watched-boards", description = "boards that each of them watches, at most 200")
    private int watchedBoards = 10;

    @Option(
            names = "--viewports",
            description = "each client tells what it shows, a window that pans and zooms, and is to get no more")
    private boolean viewports;

    @Option(names = "--visible", description = "with --viewports: members of its board that a window shows")
    private int visible = 100;

    @Option(names = "--pan-hz", description = "with --viewports: changes of each window per second")
    private double panHz = 1;

    @Option(names = "--roster-limit", description = "members that each client is told when it joins; 0 = all")
    private int rosterLimit;

    @Option(names = "--seed", description = "with --viewports: of the members' ways and the windows")
    private long seed = 1;

    Crowd crowd() {
        if (viewports && visible == 0) {
            throw new IllegalArgumentException("--visible is 0, but must be 1 to 100000");
        }
        return new Crowd(
                observers,
                watchers,
                watchers == 0 ? 0 : watchedBoards,
                viewports ? visible : 0,
                panHz,
                rosterLimit,
                seed);
    }
}
