-- Reads a page of the event log. Writes nothing.
-- KEYS: events
-- ARGV: id after which the page begins ('' = from the oldest), most events of the page; 0 = none
-- Returns the ids of the oldest and of the latest event ('' = none), then the events of the page: id, fields.
local function id(entries)
  if #entries == 0 then return '' end
  return entries[1][1]
end
local answer = {
  id(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)),
  id(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)),
}
if tonumber(ARGV[2]) == 0 then return answer end
local from = '-'
if ARGV[1] ~= '' then from = '(' .. ARGV[1] end
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[2])) do
  answer[#answer + 1] = entry
end
return answer
