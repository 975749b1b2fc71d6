-- Writes the sessions of a user that changed into the user's list on one owner. The user stays online.
-- KEYS: users of the owner
-- ARGV: user, number of sessions afterwards, member id and session of each change ('' = removed)...
-- Returns 1, or 0 without writing if the list is missing or has another number of sessions then: the whole list is to
-- be written.
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then return 0 end
local record = cjson.decode(stored)
local changed = {}
for at = 3, #ARGV - 1, 2 do changed[ARGV[at]] = ARGV[at + 1] end
local sessions = {}
local function append(member, session)
  local change = changed[member]
  changed[member] = nil
  if change == nil then
    sessions[#sessions + 1] = session
  elseif change ~= '' then
    sessions[#sessions + 1] = cjson.decode(change)
  end
end
for _, session in ipairs(record.sessions or {}) do append(session.memberId, session) end
for at = 3, #ARGV - 1, 2 do
  if changed[ARGV[at]] then append(ARGV[at]) end
end
if #sessions == 0 or #sessions ~= tonumber(ARGV[2]) then return 0 end
record.sessions = sessions
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(record))
return 1
