package planted.cluster.redis;

import planted.cluster.user.Users;

record ConnectionsThatKnowUsers(Users users) {}
