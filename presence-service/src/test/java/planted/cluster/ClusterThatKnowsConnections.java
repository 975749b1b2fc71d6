package planted.cluster;

import planted.connection.ConnectionThatKnowsProtobuf;

record ClusterThatKnowsConnections(ConnectionThatKnowsProtobuf connection) {}
