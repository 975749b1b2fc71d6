package planted.wire;

import planted.Main;

record WireThatKnowsMain(Main main) {}
