package misplaced.attack;

record Fourth(First next) {}
