// Made by `npm run openapi` from presence-service/src/main/resources/presence/api/openapi.json; do not edit.
export interface paths {
  "/boards": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the boards with members, by id */
    get: operations["listBoards"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/boards/{board}/counts": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
      };
      cookie?: never;
    };
    /** Counts the members, observers and users of a board, over all nodes */
    get: operations["countBoard"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/boards/{board}/members": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
      };
      cookie?: never;
    };
    /** Lists the members of a board, by member id; observers are not listed */
    get: operations["listMembers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/boards/{board}/signals": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sends a signal to all members of a board, or to some, at most once; clients receive it with sender slot 0 */
    post: operations["sendSignal"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/boards/{board}/agents/{key}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    get?: never;
    /** Makes an agent, a member without a connection, or renews it; absent parts but ttl_seconds stay unchanged */
    put: operations["putAgent"];
    post?: never;
    /** Ends an agent: it leaves the board */
    delete: operations["endAgent"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/boards/{board}/agents/{key}/cursor": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Moves an agent's pointer through timed points, straight between two of them, at the rate of its board; replaces a path before */
    post: operations["moveAgent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/boards/{board}/agents/{key}/signals": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sends a signal as an agent to all other members of the board, or to the named ones */
    post: operations["signalAsAgent"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/users/{user}/sessions": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description user id, percent-encoded
         * @example ada
         */
        user: components["schemas"]["UserId"];
      };
      cookie?: never;
    };
    /** Lists the sessions of a user, each with its board and node */
    get: operations["whereIs"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/users/online": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Tells which of these users are online; needs a token for all boards */
    post: operations["whoIsOnline"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/kicks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Removes a member from a board, or a user from one board or all boards; ban_seconds also bans the user */
    post: operations["kick"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/bans": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the bans, by user id */
    get: operations["listBans"];
    put?: never;
    post?: never;
    /** Ends a ban */
    delete: operations["liftBan"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the event log, the oldest events first */
    get: operations["listEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/events/live": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Streams the event log as Server-Sent Events, beginning with the next event */
    get: operations["streamEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/webhooks/dead": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists the requests of webhooks that were given up, by id; needs a token for all boards */
    get: operations["listDeadLetters"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/webhooks/dead/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description the webhook-id of the request
         * @example evt_1767225600000-0_1767225601000-2
         */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Removes a dead letter; needs a token for all boards */
    delete: operations["removeDeadLetter"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/webhooks/dead/{id}/replay": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description the webhook-id of the request
         * @example evt_1767225602000-0_1767225603000-1
         */
        id: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sends a dead letter once more, and removes it if the URL takes it; needs a token for all boards */
    post: operations["replayDeadLetter"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/activity": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists how much a board was used, or all boards together, by hour */
    get: operations["listActivity"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/activity/boards": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lists how much each board was used in one hour */
    get: operations["listActivityOfBoards"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/openapi.json": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Returns this document */
    get: operations["document"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Error: {
      error: {
        /** @description for programs */
        code: string;
        /** @description for people */
        message: string;
      };
    };
    /** @description at most 128 bytes of UTF-8, without white space, invisible characters and {}*?[]\ */
    BoardId: string;
    /** @description a BoardId; empty: as if absent */
    BoardIdOrEmpty: string;
    /** @description at most 1,024 bytes of UTF-8, without a line break */
    UserId: string;
    /** @description 32 hexadecimal digits */
    MemberId: string;
    /** @description id of an event; empty: as if absent */
    EventIdOrEmpty: string;
    /** @description a time, at most 18 hours off UTC; empty: as if absent */
    TimeOrEmpty: string;
    Kicked: {
      kicked: number;
      pending: number;
    };
    BoardCounts: {
      board: string;
      members: number;
      /** @description observers on all nodes */
      observers: number;
      /** @description distinct user ids among the members; members without a user id are not counted */
      users: number;
    };
    EventOrigin: {
      /** @description position in the log; unique, and rises from event to event */
      id: string;
      /**
       * Format: date-time
       * @description by the clock of the node
       */
      time: string;
      /** Format: uuid */
      node: string;
      board?: string;
      /** @description 32 hexadecimal digits */
      member_id?: string;
      user_id?: string;
    };
    Event: components["schemas"]["BoardEvent"] | components["schemas"]["MemberEvent"] | components["schemas"]["MemberLeftEvent"] | components["schemas"]["MemberKickedEvent"] | components["schemas"]["UserEvent"] | components["schemas"]["SignalEvent"];
    BoardEvent: components["schemas"]["EventOrigin"] & {
      /** @enum {string} */
      kind: "board.opened" | "board.closed";
      /** @description empty */
      data: Record<string, never>;
      board: string;
    };
    MemberEvent: components["schemas"]["EventOrigin"] & {
      /** @enum {string} */
      kind: "member.joined" | "member.updated";
      data: {
        name?: string;
        color?: string;
        avatar_url?: string;
        device?: string;
        /** @enum {string} */
        status: "active" | "idle" | "away" | "busy";
      };
      board: string;
      /** @description 32 hexadecimal digits */
      member_id: string;
    };
    MemberLeftEvent: components["schemas"]["EventOrigin"] & {
      /** @enum {string} */
      kind: "member.left";
      data: {
        /** @enum {string} */
        reason: "left" | "timed_out" | "kicked" | "node_lost";
        /** @description milliseconds since the member joined */
        duration_ms: number;
      };
      board: string;
      /** @description 32 hexadecimal digits */
      member_id: string;
    };
    MemberKickedEvent: components["schemas"]["EventOrigin"] & {
      /** @enum {string} */
      kind: "member.kicked";
      /** @description empty */
      data: Record<string, never>;
      board: string;
      /** @description 32 hexadecimal digits */
      member_id: string;
    };
    UserEvent: components["schemas"]["EventOrigin"] & {
      /** @enum {string} */
      kind: "user.online" | "user.offline";
      /** @description empty */
      data: Record<string, never>;
      user_id: string;
    };
    SignalEvent: components["schemas"]["EventOrigin"] & {
      /** @enum {string} */
      kind: "signal";
      data: {
        type: string;
        /** @description base64 */
        payload: string;
      };
      board: string;
      /** @description 32 hexadecimal digits */
      member_id: string;
    };
    Activity: {
      /** @description members at once, at most; of all boards: the highest of the samples of each PRESENCE_ACTIVITY_SECONDS */
      members_most: number;
      /** @description members that joined; resumes are none */
      joins: number;
      /** @description sum of the times that members were there, in minutes */
      member_minutes: number;
      /** @description signals that members sent */
      signals: number;
      /** @description distinct users, about 1 % off; only of all boards */
      users?: number;
    };
    ActivityHour: {
      /**
       * Format: date-time
       * @description its begin, in UTC
       */
      hour: string;
      /** @description members at once, at most; of all boards: the highest of the samples of each PRESENCE_ACTIVITY_SECONDS */
      members_most: number;
      /** @description members that joined; resumes are none */
      joins: number;
      /** @description sum of the times that members were there, in minutes */
      member_minutes: number;
      /** @description signals that members sent */
      signals: number;
      /** @description distinct users, about 1 % off; only of all boards */
      users?: number;
    };
    Agent: {
      board: string;
      key: string;
      member_id: components["schemas"]["MemberId"];
      /** @description whether this call made it */
      created: boolean;
      ttl_seconds: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listBoards: {
    parameters: {
      query?: {
        limit?: number;
        /** @description the previous page's next */
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description boards */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            boards: components["schemas"]["BoardCounts"][];
            /** @description number of items on all pages */
            total: number;
            /** @description value of after for the next page; null on the last page */
            next: string | null;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  countBoard: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description counts; all 0 for a board without members and observers */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BoardCounts"];
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listMembers: {
    parameters: {
      query?: {
        limit?: number;
        /** @description the previous page's next */
        after?: string;
      };
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description members; empty for a board without members */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            members: {
              member_id: components["schemas"]["MemberId"];
              user_id: string;
              name: string;
              color: string;
              avatar_url: string;
              device: string;
              /** @enum {string} */
              status: "active" | "idle" | "away" | "busy";
              state: {
                [key: string]: string;
              };
              version: number;
              /** @description milliseconds since 1970 */
              joined_at_ms: number;
            }[];
            /** @description number of items on all pages */
            total: number;
            /** @description value of after for the next page; null on the last page */
            next: string | null;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  sendSignal: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *     "type": "notice",
         *     "payload": "maintenance in five minutes"
         *   }
         */
        "application/json": {
          /** @description at most PRESENCE_MAX_NAME_BYTES */
          type: string;
          /** @description sent as UTF-8; at most PRESENCE_MAX_SIGNAL_BYTES */
          payload?: string | null;
          /** @description instead of payload */
          payload_base64?: string | null;
          /** @description empty, null or absent: all members and observers */
          to?: components["schemas"]["MemberId"][] | null;
        };
      };
    };
    responses: {
      /** @description accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            sent: boolean;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  putAgent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *     "profile": {
         *     "name": "Assistant",
         *     "color": "#7e57c2"
         *     },
         *     "state": {
         *     "task": "sorting notes"
         *     },
         *     "status": "busy",
         *     "cursor": {
         *     "x": 100,
         *     "y": 100
         *     },
         *     "ttl_seconds": 30
         *   }
         */
        "application/json": {
          /** @description replaces the whole profile */
          profile?: {
            /** @description at most PRESENCE_MAX_NAME_BYTES, without a line break; agent:<key> if absent */
            user_id?: string | null;
            /** @description at most PRESENCE_MAX_NAME_BYTES; the key if absent */
            name?: string | null;
            /** @description at most PRESENCE_MAX_NAME_BYTES */
            color?: string | null;
            /** @description at most 2,048 bytes */
            avatar_url?: string | null;
          } | null;
          /** @description replaces the whole state; each value is stored as its JSON text, as the browser client does. Within PRESENCE_MAX_STATE_BYTES and PRESENCE_MAX_STATE_KEYS together with the name agent_ttl_seconds, which the service adds */
          state?: Record<string, never> | null;
          /** @enum {unknown} */
          status?: "active" | "idle" | "busy" | "" | null;
          cursor?: {
            /** @description board units */
            x: number;
            /** @description board units */
            y: number;
            /**
             * @description the pointer is not over the board
             * @default false
             */
            hidden?: boolean | null;
          } | null;
          /**
           * @description the agent leaves this long after the last request about it
           * @default 60
           */
          ttl_seconds?: number | null;
        };
      };
    };
    responses: {
      /** @description the agent */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Agent"];
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), the agent was removed or its user is banned (banned), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there is no such agent (agent_not_found), or agents are off (agents_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description a bound is reached (too_many_agents, board_full), or another call ends it or moves it to another node at the moment (agent_ending, agent_moved): try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the rate of the token, or of the board's signals, is exceeded (rate_limited); Retry-After says for how long */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the node is about to stop (draining) or has too many boards (node_full): use another node; or the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  endAgent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description it has left, or was not there */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @description false: there was no such agent */
            ended: boolean;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), the agent was removed or its user is banned (banned), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there is no such agent (agent_not_found), or agents are off (agents_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description a bound is reached (too_many_agents, board_full), or another call ends it or moves it to another node at the moment (agent_ending, agent_moved): try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the rate of the token, or of the board's signals, is exceeded (rate_limited); Retry-After says for how long */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the node is about to stop (draining) or has too many boards (node_full): use another node; or the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  moveAgent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *     "points": [
         *     {
         *       "x": 100,
         *       "y": 100
         *     },
         *     {
         *       "x": 420,
         *       "y": 260,
         *       "at_ms": 800
         *     }
         *     ]
         *   }
         */
        "application/json": {
          points: {
            /** @description board units */
            x: number;
            /** @description board units */
            y: number;
            /**
             * @description the pointer is not over the board
             * @default false
             */
            hidden?: boolean | null;
            /**
             * @description milliseconds after the request; rises from point to point
             * @default 0
             */
            at_ms?: number | null;
          }[];
        };
      };
    };
    responses: {
      /** @description it begins to move */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            moving_ms: number;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), the agent was removed or its user is banned (banned), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there is no such agent (agent_not_found), or agents are off (agents_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description a bound is reached (too_many_agents, board_full), or another call ends it or moves it to another node at the moment (agent_ending, agent_moved): try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the rate of the token, or of the board's signals, is exceeded (rate_limited); Retry-After says for how long */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the node is about to stop (draining) or has too many boards (node_full): use another node; or the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  signalAsAgent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description board id, percent-encoded
         * @example board-42
         */
        board: components["schemas"]["BoardId"];
        /**
         * @description what the caller calls the agent on this board
         * @example assistant
         */
        key: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *     "type": "say",
         *     "payload": "\"done\""
         *   }
         */
        "application/json": {
          /** @description at most PRESENCE_MAX_NAME_BYTES */
          type: string;
          /** @description sent as UTF-8; at most PRESENCE_MAX_SIGNAL_BYTES */
          payload?: string | null;
          /** @description instead of payload */
          payload_base64?: string | null;
          /** @description empty, null or absent: all others */
          to?: components["schemas"]["MemberId"][] | null;
        };
      };
    };
    responses: {
      /** @description sent */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            sent: boolean;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), the agent was removed or its user is banned (banned), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there is no such agent (agent_not_found), or agents are off (agents_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description a bound is reached (too_many_agents, board_full), or another call ends it or moves it to another node at the moment (agent_ending, agent_moved): try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the rate of the token, or of the board's signals, is exceeded (rate_limited); Retry-After says for how long */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the node is about to stop (draining) or has too many boards (node_full): use another node; or the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  whereIs: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description user id, percent-encoded
         * @example ada
         */
        user: components["schemas"]["UserId"];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description sessions; empty for a user who is not online */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            user_id: string;
            online: boolean;
            sessions: {
              member_id: components["schemas"]["MemberId"];
              board: string;
              /** @enum {string} */
              status: "active" | "idle" | "away" | "busy";
              device: string;
              /** Format: uuid */
              node: string;
            }[];
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  whoIsOnline: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *     "users": [
         *     "ada",
         *     "bob"
         *     ]
         *   }
         */
        "application/json": {
          users: components["schemas"]["UserId"][];
        };
      };
    };
    responses: {
      /** @description the users that are online */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            online: string[];
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  kick: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *     "user_id": "bob",
         *     "board": "board-42",
         *     "reason": "spam",
         *     "ban_seconds": 3600
         *   }
         */
        "application/json": {
          /** @description a BoardId; absent: all boards */
          board?: string | null;
          /** @description needs board */
          member_id?: string | null;
          /** @description a UserId, instead of member_id */
          user_id?: string | null;
          /** @description sent to the removed client; at most 256 bytes */
          reason?: string | null;
          /**
           * @description only with user_id
           * @default 0
           */
          ban_seconds?: number | null;
        } & ({
          user_id: string;
          member_id?: string | null;
        } | {
          board: string;
          member_id: string;
          user_id?: string | null;
          /** @enum {unknown} */
          ban_seconds?: 0 | null;
        });
      };
    };
    responses: {
      /** @description all matching members are removed */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Kicked"];
        };
      };
      /** @description sent, but some members were still present after two seconds */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Kicked"];
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description PRESENCE_MAX_BANS is reached */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listBans: {
    parameters: {
      query?: {
        limit?: number;
        /** @description the previous page's next */
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description bans */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            bans: {
              user_id: string;
              /** @description null: all boards */
              board: string | null;
              remaining_seconds: number;
            }[];
            /** @description number of items on all pages */
            total: number;
            /** @description value of after for the next page; null on the last page */
            next: string | null;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  liftBan: {
    parameters: {
      query: {
        user_id: components["schemas"]["UserId"];
        /** @description the board of the ban; absent: the ban from all boards */
        board?: components["schemas"]["BoardIdOrEmpty"];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description lifted: whether this node knew the ban */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            lifted: boolean;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the cluster is unavailable (unavailable), or Redis refuses writes (writes_refused); kicks, bans and signals took effect on this node only */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        limit?: number;
        /** @description id of an event; the answer begins after it */
        after?: components["schemas"]["EventIdOrEmpty"];
        /** @description only events of this board */
        board?: components["schemas"]["BoardIdOrEmpty"];
        /** @description only events of these kinds, comma-separated or repeated */
        kind?: ("board.opened" | "board.closed" | "member.joined" | "member.left" | "member.updated" | "member.kicked" | "user.online" | "user.offline" | "signal")[];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description events; a page may hold fewer than the limit though more is true, because it ends after 10,000 events that were read */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            events: components["schemas"]["Event"][];
            /** @description value of after for the next page, also on the last one; null while the log is empty and after is not given */
            next: string | null;
            /** @description whether there was more to read */
            more: boolean;
            /** @description whether events behind after may have been removed because of their number or age */
            gap: boolean;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description no events are recorded (events_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the event log cannot be read */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  streamEvents: {
    parameters: {
      query?: {
        /** @description id of an event; the answer begins after it */
        after?: components["schemas"]["EventIdOrEmpty"];
        /** @description only events of this board */
        board?: components["schemas"]["BoardIdOrEmpty"];
        /** @description only events of these kinds, comma-separated or repeated */
        kind?: ("board.opened" | "board.closed" | "member.joined" | "member.left" | "member.updated" | "member.kicked" | "user.online" | "user.offline" | "signal")[];
      };
      header?: {
        /** @description id of the last event that the client has; overrides after */
        "Last-Event-ID"?: components["schemas"]["EventIdOrEmpty"];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a message per event, with its id, its kind as event and an Event as data; event gap: events may have been removed; event end: the stream ends for the reason in its data; messages without data have the id from which the stream continues */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/event-stream": string;
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description no events are recorded (events_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the event log cannot be read, or this node has too many streams (too_many_streams) */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listDeadLetters: {
    parameters: {
      query?: {
        limit?: number;
        /** @description the previous page's next */
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description dead letters */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            dead_letters: {
              /** @description webhook-id of the request */
              id: string;
              /** @description host of the URL and a hash of it */
              target: string;
              events: number;
              /** Format: date-time */
              failed_at: string;
              attempts: number;
              error: string;
            }[];
            total: number;
            next: string | null;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there are no webhooks (webhooks_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the dead letters cannot be read */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  removeDeadLetter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description the webhook-id of the request
         * @example evt_1767225600000-0_1767225601000-2
         */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description removed, or was not there */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            removed: string;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there are no webhooks (webhooks_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the dead letters cannot be read */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  replayDeadLetter: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description the webhook-id of the request
         * @example evt_1767225602000-0_1767225603000-1
         */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description sent */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            delivered: boolean;
            /** @description why it was not delivered; empty if it was */
            error: string;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description there is no such dead letter, or its URL is configured no more (unknown_letter), or there are no webhooks (webhooks_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the dead letters cannot be read */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listActivity: {
    parameters: {
      query?: {
        /** @description of this board; all boards together if it is absent */
        board?: components["schemas"]["BoardIdOrEmpty"];
        /** @description begins with the hour of this time; 24 hours before to if it is absent */
        from?: components["schemas"]["TimeOrEmpty"];
        /** @description ends with the hour before this time, or with its hour if it is within one; now if it is absent; at most 31 days after from */
        to?: components["schemas"]["TimeOrEmpty"];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the hours with activity, ascending, and their total */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            board?: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            hours: components["schemas"]["ActivityHour"][];
            total: components["schemas"]["Activity"];
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description no activity is recorded (activity_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description activity cannot be read */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  listActivityOfBoards: {
    parameters: {
      query?: {
        /** @description the hour of this time; the one before the present hour if it is absent */
        hour?: components["schemas"]["TimeOrEmpty"];
        limit?: number;
        /** @description id of a board; the answer begins after it */
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the boards with activity, by id */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** Format: date-time */
            hour: string;
            boards: {
              board: string;
              /** @description members at once, at most; of all boards: the highest of the samples of each PRESENCE_ACTIVITY_SECONDS */
              members_most: number;
              /** @description members that joined; resumes are none */
              joins: number;
              /** @description sum of the times that members were there, in minutes */
              member_minutes: number;
              /** @description signals that members sent */
              signals: number;
            }[];
            total: number;
            /** @description value of after for the next page; null on the last */
            next: string | null;
          };
        };
      };
      /** @description invalid request; nothing was done */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description missing or wrong token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description the token lacks the right (forbidden_right) or does not allow the board (forbidden_board), or the API is off (api_off) */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description no activity is recorded (activity_off) */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
      /** @description activity cannot be read */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  document: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OpenAPI 3.1 */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": unknown;
        };
      };
    };
  };
}
