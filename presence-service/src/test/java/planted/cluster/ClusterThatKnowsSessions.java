package planted.cluster;

import planted.session.SessionThatKnowsProtobuf;

record ClusterThatKnowsSessions(SessionThatKnowsProtobuf session) {}
