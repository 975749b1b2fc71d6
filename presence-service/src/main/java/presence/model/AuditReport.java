package presence.model;

import java.util.List;

/**
 * What an audit found.
 *
 * @param boards looked at
 * @param ghosts what was there and should not have been: members, seats, users
 * @param missing what should have been there, as it is, and was not
 * @param repaired the flaws that were mended, in words; one may stand for many ghosts or missing
 */
public record AuditReport(int boards, int ghosts, int missing, List<String> repaired) {
    public AuditReport {
        repaired = List.copyOf(repaired);
    }
}
