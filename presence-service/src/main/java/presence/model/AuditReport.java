package presence.model;

import java.util.List;

/**
 * The result of an audit.
 *
 * @param boards inspected
 * @param ghosts entries that existed and should not have: members, seats, users
 * @param missing entries that should have existed, with the right content, and did not
 * @param repaired the inconsistencies that were repaired, in words; one may stand for many ghosts or missing
 */
public record AuditReport(int boards, int ghosts, int missing, List<String> repaired) {
    public AuditReport {
        repaired = List.copyOf(repaired);
    }
}
