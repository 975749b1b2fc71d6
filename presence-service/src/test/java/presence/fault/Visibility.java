package presence.fault;

import java.util.Set;

/** Defines which places see which while a fault lasts. */
interface Visibility {
    /** All places see each other. */
    Visibility CLEAR = new Visibility() {
        @Override
        public boolean isJudged(Place viewer) {
            return true;
        }

        @Override
        public boolean reaches(Place viewer, Place member) {
            return true;
        }
    };

    /** Whether the rosters at a place are checked: a frozen node shows nothing new. */
    boolean isJudged(Place viewer);

    boolean reaches(Place viewer, Place member);

    /** Each of these places sees only itself. */
    static Visibility apart(Set<Place> alone) {
        return new Visibility() {
            @Override
            public boolean isJudged(Place viewer) {
                return true;
            }

            @Override
            public boolean reaches(Place viewer, Place member) {
                return viewer == member || !alone.contains(viewer) && !alone.contains(member);
            }
        };
    }

    /** These places are stopped: the others see no members there. */
    static Visibility frozen(Set<Place> still) {
        return new Visibility() {
            @Override
            public boolean isJudged(Place viewer) {
                return !still.contains(viewer);
            }

            @Override
            public boolean reaches(Place viewer, Place member) {
                return !still.contains(member);
            }
        };
    }
}
