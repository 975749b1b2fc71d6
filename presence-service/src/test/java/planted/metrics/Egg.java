package planted.metrics;

import planted.config.Hen;

public record Egg(Hen hen) {}
