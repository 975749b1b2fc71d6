-- Applies an owner's changes to the members that the event log knows, and appends an event for each that is new to it.
-- The changes of an owner are numbered; those that were applied before are skipped. All keys are in one slot, including
-- those of the other owners, whose names the script builds.
-- KEYS: events, members, members of the owner, owners, boards
-- ARGV: number of the first change, owner, ttl (ms), most events, oldest time (ms), kinds (',a,b,'),
--       prefix of the key before an owner,
--       of each change: type, board, member, time, user, version, time of joining, detail, data
-- Types: P member is there, R the same without an event, L member left (detail: why), F another
-- node has the member, E event (detail: kind)
-- Returns the number of the last change, -1 the owner is unknown and the first change is not number 1, -2 the owner was
-- declared dead, -10 - n changes are missing after number n.
local first, owner = tonumber(ARGV[1]), ARGV[2]
local node = string.match(owner, '^[^:]+')
local stored = redis.call('HGET', KEYS[4], owner)
if stored and string.sub(stored, 1, 4) == 'dead' then return -2 end
if not stored and first > 1 then return -1 end
local last = tonumber(stored or '0')
if first > last + 1 then return -10 - last end
local function append(kind, time, board, member, user, data)
  if string.find(ARGV[6], ',' .. kind .. ',', 1, true) then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'kind', kind, 'time', time, 'node', node, 'board', board,
      'member', member, 'user', user, 'data', data)
  end
end
local function count(board, by)
  local number = tonumber(redis.call('HGET', KEYS[5], board) or '0') + by
  if number > 0 then
    redis.call('HSET', KEYS[5], board, string.format('%.0f', number))
  else
    redis.call('HDEL', KEYS[5], board)
  end
  return number
end
local function put(at, silent)
  local board, member, time, user = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local version, joined, digest, data = ARGV[at + 5], ARGV[at + 6], ARGV[at + 7], ARGV[at + 8]
  local field = member .. ' ' .. board
  local known = redis.call('HGET', KEYS[2], field)
  if not known then
    if count(board, 1) == 1 and not silent then append('board.opened', time, board, '', '', '') end
    if not silent then append('member.joined', time, board, member, user, data) end
  else
    local holder, latest, since, before = string.match(known, '^(%S+) (%S+) (%S+) (%S+)')
    joined = since
    if holder ~= owner then
      local mine, other = tonumber(version), tonumber(latest)
      local isOther = string.match(holder, '^[^:]+') ~= node
      if isOther and (other > mine or (other == mine and holder > owner)) then return end
      redis.call('SREM', ARGV[7] .. holder, field)
    end
    if before ~= digest and not silent then append('member.updated', time, board, member, user, data) end
  end
  redis.call('HSET', KEYS[2], field, table.concat({owner, version, joined, digest, user}, ' '))
  redis.call('SADD', KEYS[3], field)
end
local function leave(at)
  local board, member, time = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local field = member .. ' ' .. board
  local known = redis.call('HGET', KEYS[2], field)
  if not known then return end
  local holder, joined, user = string.match(known, '^(%S+) %S+ (%S+) %S+ (.*)$')
  if string.match(holder, '^[^:]+') ~= node then return end
  redis.call('HDEL', KEYS[2], field)
  redis.call('SREM', ARGV[7] .. holder, field)
  local data = '{"reason":"' .. ARGV[at + 7] .. '","duration_ms":'
    .. string.format('%.0f', math.max(0, tonumber(time) - tonumber(joined))) .. '}'
  append('member.left', time, board, member, user, data)
  if count(board, -1) <= 0 then append('board.closed', time, board, '', '', '') end
end
local number = first
for at = 8, #ARGV - 8, 9 do
  if number > last then
    local type = ARGV[at]
    if type == 'P' then
      put(at, false)
    elseif type == 'R' then
      put(at, true)
    elseif type == 'L' then
      leave(at)
    elseif type == 'E' then
      append(ARGV[at + 7], ARGV[at + 3], ARGV[at + 1], ARGV[at + 2], ARGV[at + 4], ARGV[at + 8])
    end
    last = number
  end
  number = number + 1
end
redis.call('HSET', KEYS[4], owner, string.format('%.0f', last))
redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[5])
for at = 1, 5 do redis.call('PEXPIRE', KEYS[at], ARGV[3]) end
return last
