package planted.cluster;

import planted.cli.Command;

record ClusterThatKnowsCommands(Command command) {}
