package presence.bench.compare;

import presence.bench.swarm.SwarmReport;

/**
 * What one peer cost in one round.
 *
 * @param perDelivered microseconds of CPU of all its nodes per position that reached another user
 * @param perOffered the same per position that a user sent
 * @param cpu share of a core, of all its nodes
 */
record Score(
        double perDelivered,
        double perOffered,
        double ageP50Ms,
        double ageP99Ms,
        double bytes,
        double cpu,
        double swarmCpu,
        String flaws) {
    static Score of(SwarmReport report) {
        double micros = report.costMicros();
        return new Score(
                micros,
                micros * report.delivered() / Math.max(1, report.sent()),
                report.ageP50Ms(),
                report.ageP99Ms(),
                report.bytesPerPosition(),
                report.serverCpu(),
                report.swarmCpu(),
                report.flaws());
    }
}
