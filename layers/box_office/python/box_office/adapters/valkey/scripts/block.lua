-- Sets or ends the block of one user or one address, as the table has it.
-- KEYS: 1 the block: its end, '|', when it began
-- ARGV: 1 now ms, 2 the block's end, 3 when it began; of one that has ended, its end again
-- A block that began later and ends later stays: admission began it by itself, and the table does not have it yet.
local now, ends_at, began_at = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known_end, known_start = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+)|(%d+)$')
if known_end and tonumber(known_start) > began_at and tonumber(known_end) > ends_at then return 0 end
if ends_at > now then
  redis.call('SET', KEYS[1], ARGV[2] .. '|' .. ARGV[3], 'PX', ends_at - now)
elseif known_end then
  redis.call('DEL', KEYS[1])
end
return 1
