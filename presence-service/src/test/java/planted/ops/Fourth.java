package planted.ops;

record Fourth(First next) {}
