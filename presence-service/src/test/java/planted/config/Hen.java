package planted.config;

import planted.metrics.Egg;

public record Hen(Egg egg) {}
