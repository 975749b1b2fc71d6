package planted.connection;

import planted.cluster.Bus;

record ConnectionThatKnowsTheCluster(Bus bus) {}
