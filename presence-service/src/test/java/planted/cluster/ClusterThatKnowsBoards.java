package planted.cluster;

import planted.board.BoardThatKnowsLettuce;

record ClusterThatKnowsBoards(BoardThatKnowsLettuce board) {}
