package planted.session;

import planted.cluster.Bus;

record SessionThatKnowsTheCluster(Bus bus) {}
