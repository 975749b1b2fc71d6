package misplaced.process;

import misplaced.swarm.Swarm;

public record ProcessThatKnowsSwarms(Swarm swarm) {}
