-- The right to read an event from the table, for one caller at a time.
-- KEYS: 1 the event's seats. ARGV: 1 now ms, 2 token, 3 lease ms, 4 reload after ms, 5 entry's end
local right = lease_right(KEYS[1], tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4])
if right ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[5]) end
return right
