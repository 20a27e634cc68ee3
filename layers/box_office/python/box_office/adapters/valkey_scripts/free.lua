-- After a write that freed them: shows as empty those seats that the entry still gives to the order.
-- The version stays: the row that is newer will come by a copy.
-- KEYS: 1 the event's seats, 2 what the part did in it
-- ARGV: 1 now ms, 2 order, 3 token, 4 entry's end, 5 '1' when the whole hold was let go, 6 part, 7.. seats
local now = tonumber(ARGV[1])
for i = 7, #ARGV do
  local fields = redis.call('HMGET', KEYS[1], 'm:' .. ARGV[i], 's:' .. ARGV[i])
  local order
  if fields[1] then
    local part, made_at
    part, order, made_at = string.match(fields[1], '^[^|]*|[^|]*|([^|]*)|([^|]*)|[^|]*|(%d+)')
    -- A replacement marks before it knows its order: what the same part marked until now was let go as well.
    if part == ARGV[6] and tonumber(made_at) <= now then order = ARGV[2] end
  elseif fields[2] then order = string.match(fields[2], '^[^|]*|([^|]*)|') end
  if order == ARGV[2] then
    redis.call('HSET', KEYS[1], 'm:' .. ARGV[i], 'e|' .. ARGV[3] .. '||' .. '|0|' .. now)
    redis.call('PEXPIREAT', KEYS[1], ARGV[4])
  end
end
if ARGV[5] == '1' then
  local recent = {tostring(now)}
  for at in string.gmatch(redis.call('HGET', KEYS[2], 'let_go') or '', '%d+') do
    if now - tonumber(at) < 300000 then recent[#recent + 1] = at end
  end
  redis.call('HDEL', KEYS[2], 'until')
  redis.call('HSET', KEYS[2], 'let_go', table.concat(recent, ','))
  redis.call('PEXPIRE', KEYS[2], 3600000)
end
return 1
