package presence.fault;

import java.util.Set;

/** Who may see whom while a fault lasts. */
interface Visibility {
    /** Nothing stands between anyone. */
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

    /** Whether what is seen from there matters: a frozen node shows nothing new. */
    boolean isJudged(Place viewer);

    boolean reaches(Place viewer, Place member);

    /** These places are each alone, and see themselves. */
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

    /** These places stand still: the others see nobody there. */
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
