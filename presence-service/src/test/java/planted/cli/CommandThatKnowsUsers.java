package planted.cli;

import planted.cluster.user.Users;

record CommandThatKnowsUsers(Users users) {}
