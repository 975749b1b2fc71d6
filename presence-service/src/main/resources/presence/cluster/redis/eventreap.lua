-- Has members of an owner that is gone leave the event log, and refuses later changes of that owner. Several nodes may
-- run it at once: each member leaves once.
-- KEYS: events, members, members of the owner, owners, boards
-- ARGV: owner, time (ms), ttl (ms), most events, kinds (',a,b,'), reason, most members of this run
-- Returns the number of members that left or were taken over before; fewer than the most: none remain.
local owner, time = ARGV[1], ARGV[2]
local node = string.match(owner, '^[^:]+')
local function append(kind, board, member, user, data)
  if string.find(ARGV[5], ',' .. kind .. ',', 1, true) then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'kind', kind, 'time', time, 'node', node, 'board', board,
      'member', member, 'user', user, 'data', data)
  end
end
local owners = redis.call('HGETALL', KEYS[4])
for at = 1, #owners, 2 do
  local died = string.match(owners[at + 1], '^dead (%d+)$')
  -- By then no change of that owner can be on its way.
  if died and tonumber(died) < tonumber(time) - 3600000 then redis.call('HDEL', KEYS[4], owners[at]) end
end
redis.call('HSET', KEYS[4], owner, 'dead ' .. time)
local fields = redis.call('SPOP', KEYS[3], ARGV[7])
for _, field in ipairs(fields) do
  local known = redis.call('HGET', KEYS[2], field)
  if known then
    local holder, joined, user = string.match(known, '^(%S+) %S+ (%S+) %S+ (.*)$')
    if holder == owner then
      local member, board = string.match(field, '^(%S+) (.*)$')
      redis.call('HDEL', KEYS[2], field)
      append('member.left', board, member, user, '{"reason":"' .. ARGV[6] .. '","duration_ms":'
        .. string.format('%.0f', math.max(0, tonumber(time) - tonumber(joined))) .. '}')
      local number = tonumber(redis.call('HGET', KEYS[5], board) or '0') - 1
      if number > 0 then
        redis.call('HSET', KEYS[5], board, string.format('%.0f', number))
      else
        redis.call('HDEL', KEYS[5], board)
        append('board.closed', board, '', '', '')
      end
    end
  end
end
for at = 1, 5 do redis.call('PEXPIRE', KEYS[at], ARGV[3]) end
return #fields
