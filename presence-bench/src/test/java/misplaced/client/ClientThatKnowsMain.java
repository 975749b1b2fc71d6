package misplaced.client;

import misplaced.Main;

record ClientThatKnowsMain(Main main) {}
