package misplaced.swarm;

import misplaced.process.ProcessThatKnowsSwarms;

public record Swarm(ProcessThatKnowsSwarms process) {}
