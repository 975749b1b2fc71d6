-- Reads activity. Adds nothing.
-- KEYS: for board: boards of each hour; for totals: totals of each hour, users of each hour, users of all the time
-- ARGV: 'board' and its id, or 'totals' and the number of hours
-- Returns for each hour the four numbers of the board, as they are stored; or those of all boards and the number of
-- users, '' where there is nothing, and then the number of users in all the time.
local answer = {}
if ARGV[1] == 'board' then
  for hour = 1, #KEYS do answer[hour] = redis.call('HGET', KEYS[hour], ARGV[2]) or '' end
  return answer
end
local hours = tonumber(ARGV[2])
for hour = 1, hours do
  local joins = redis.call('HGET', KEYS[hour], 'joins')
  if joins then
    local most = redis.call('HGET', KEYS[hour], 'most') or '0'
    local time = redis.call('HGET', KEYS[hour], 'time')
    local signals = redis.call('HGET', KEYS[hour], 'signals')
    answer[hour] = table.concat({most, joins, time, signals, redis.call('PFCOUNT', KEYS[hours + hour])}, ' ')
  else
    answer[hour] = ''
  end
end
answer[hours + 1] = '0'
if #KEYS > 2 * hours then answer[hours + 1] = tostring(redis.call('PFCOUNT', unpack(KEYS, 2 * hours + 1))) end
return answer
