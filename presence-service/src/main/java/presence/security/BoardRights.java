package presence.security;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import presence.model.BoardId;

/**
 * Maps board ids to the rights that a token grants: {@link BoardPattern patterns}, whose rights add up where several
 * match. Immutable.
 */
public final class BoardRights {
    static final int MAX_PATTERNS = BoardPattern.MAX_PATTERNS;
    static final int MAX_PATTERN_CHARS = BoardPattern.MAX_CHARS;

    /** All rights on all boards. */
    public static final BoardRights ALL = new BoardRights(List.of(new Grant("*", EnumSet.allOf(Right.class))));

    private record Grant(String pattern, Set<Right> rights) {}

    private final List<Grant> grants;

    private BoardRights(List<Grant> grants) {
        this.grants = grants;
    }

    /**
     * Reads the claim {@code boards}: an object from patterns to lists of rights. Rights of a newer release are
     * ignored.
     *
     * @throws UnauthorizedException if it is no such object, or too large
     */
    static BoardRights of(Map<String, Object> claim) throws UnauthorizedException {
        if (claim.size() > MAX_PATTERNS) {
            throw new UnauthorizedException("the claim boards has more than " + MAX_PATTERNS + " patterns");
        }
        List<Grant> grants = new ArrayList<>();
        for (Map.Entry<String, Object> entry : claim.entrySet()) {
            if (entry.getKey().length() > MAX_PATTERN_CHARS || !(entry.getValue() instanceof List<?> names)) {
                throw new UnauthorizedException("the claim boards is not like {\"team-7/*\": [\"join\", \"signal\"]}");
            }
            Set<Right> rights = EnumSet.noneOf(Right.class);
            for (Right right : Right.values()) {
                if (names.contains(right.name().toLowerCase(Locale.ROOT))) {
                    rights.add(right);
                }
            }
            grants.add(new Grant(entry.getKey(), rights));
        }
        return new BoardRights(List.copyOf(grants));
    }

    public boolean allow(BoardId board, Right right) {
        for (Grant grant : grants) {
            if (has(grant.rights, right) && BoardPattern.matches(grant.pattern, board.value())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether one of the rights is, or includes, the right: who may join may observe, and who may observe may watch. */
    private static boolean has(Set<Right> granted, Right right) {
        return switch (right) {
            case JOIN, SIGNAL, LOCK -> granted.contains(right);
            case OBSERVE -> granted.contains(Right.OBSERVE) || granted.contains(Right.JOIN);
            case WATCH -> granted.contains(Right.WATCH) || has(granted, Right.OBSERVE);
        };
    }
}
