-- Checks whether this user may run a command, without running it.
-- ARGV: the command and its arguments
-- Returns 1 yes, 0 no, -1 unknown: Redis before 7.
if not redis.acl_check_cmd then return -1 end
return redis.acl_check_cmd(unpack(ARGV)) and 1 or 0
