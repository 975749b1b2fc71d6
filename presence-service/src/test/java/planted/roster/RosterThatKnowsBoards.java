package planted.roster;

import planted.board.BoardThatKnowsMessages;

record RosterThatKnowsBoards(BoardThatKnowsMessages[] boards) {}
