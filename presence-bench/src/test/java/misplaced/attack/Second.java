package misplaced.attack;

record Second(Third next) {}
