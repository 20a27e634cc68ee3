-- After the table freed seats of an order: shows those as empty that the entry still gives to the order.
-- The entry's versions stay; copy.lua brings the newer rows later.
-- KEYS: 1 the event's seats, 2 the holder's acts in this event (see mark.lua)
-- ARGV: 1 now ms, 2 order, 3 token, 4 entry's end, 5 '1' when the user released the whole hold, 6 holder,
--       7 the later of now ms and the time of the order's last change before this write, 8.. seats
local now, let_go_until = tonumber(ARGV[1]), tonumber(ARGV[7])
local empty = 'e|' .. ARGV[3] .. '|||0|' .. now

-- A request that replaces a selection makes its marks before it knows its order. So this write also freed what the same
-- holder marked up to the order's last change, by any device. Later marks are of holds that are still being made.
local function let_go(mark)
  local holder, order, made_at = string.match(mark, '^[^|]*|[^|]*|([^|]*)|([^|]*)|[^|]*|(%d+)')
  return order == ARGV[2] or holder == ARGV[6] and tonumber(made_at) <= let_go_until
end

for i = 8, #ARGV do
  local fields = redis.call('HMGET', KEYS[1], 'm:' .. ARGV[i], 's:' .. ARGV[i])
  local top, covered = string.match(fields[1] or '', '^([^;]*);?(.*)$')
  local row_is_theirs = fields[2] and string.match(fields[2], '^[^|]*|([^|]*)|') == ARGV[2]
  local shown
  if top == '' then shown = row_is_theirs and empty
  elseif let_go(top) then shown = empty
  -- Another request's mark lies on top. If its undo removes that mark, the seat must show as empty, not as held again.
  elseif covered == '' then shown = row_is_theirs and top .. ';' .. empty
  else shown = let_go(covered) and top .. ';' .. empty end
  if shown then
    redis.call('HSET', KEYS[1], 'm:' .. ARGV[i], shown)
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
