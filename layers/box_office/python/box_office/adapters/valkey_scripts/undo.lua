#!lua
-- Takes back the marks of one request, and nothing else.
-- KEYS: 1 the event's seats, 2 this user's part in the event
-- ARGV: 1 token, 2 held until before (-1: never began, 0: nothing alive), 3 hold's end as marked, 4.. seats
for i = 4, #ARGV do
  local field = 'm:' .. ARGV[i]
  local mark = redis.call('HGET', KEYS[1], field)
  if mark then
    local top, covered = string.match(mark, '^([^;]*);?(.*)$')
    if string.match(top, '^[^|]*|([^|]*)|') == ARGV[1] then
      if covered ~= '' then redis.call('HSET', KEYS[1], field, covered) else redis.call('HDEL', KEYS[1], field) end
    elseif covered ~= '' and string.match(covered, '^[^|]*|([^|]*)|') == ARGV[1] then
      redis.call('HSET', KEYS[1], field, top)  -- another request of the same user lies on top
    end
  end
end
if redis.call('HGET', KEYS[2], 'until') == ARGV[3] then
  if tonumber(ARGV[2]) > 0 then redis.call('HSET', KEYS[2], 'until', ARGV[2]) else redis.call('HDEL', KEYS[2], 'until') end
  if tonumber(ARGV[2]) < 0 then redis.call('HDEL', KEYS[2], 'began') end
end
return 1
