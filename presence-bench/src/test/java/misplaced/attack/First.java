package misplaced.attack;

record First(Second next) {}
