#!lua
-- The right to read an event from the table, for one caller at a time.
-- KEYS: 1 the event's seats. ARGV: 1 now ms, 2 token, 3 lease ms, 4 reload after ms, 5 entry's end
local now = tonumber(ARGV[1])
local loaded, leased = redis.call('HGET', KEYS[1], '@loaded'), redis.call('HGET', KEYS[1], '@lease')
if loaded and now - tonumber(loaded) < tonumber(ARGV[4]) then return '' end
if leased and tonumber(string.match(leased, '^%d+')) > now then return '' end
local right = (now + tonumber(ARGV[3])) .. '|' .. ARGV[2]
redis.call('HSET', KEYS[1], '@lease', right)
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
return right
