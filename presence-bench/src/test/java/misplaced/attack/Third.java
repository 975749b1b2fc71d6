package misplaced.attack;

record Third(Fourth next) {}
