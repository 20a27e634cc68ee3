-- The lane of a user's session. A live session keeps its lane; a new one gets the lane with the fewest live sessions of
-- the user's shard.
-- KEYS: 1 the session, 2.. one sorted set a lane: user -> last touched
-- ARGV: 1 now ms, 2 user, 3 a session's life in ms, 4 ms between two touches, 5 lapsed sessions removed a call, at most
-- Returns the lane's number, from 0
local now, life = tonumber(ARGV[1]), tonumber(ARGV[3])
local lane, touched = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+)|(%d+)$')
if lane and tonumber(lane) + 2 <= #KEYS and now - tonumber(touched) < life then
  if now - tonumber(touched) >= tonumber(ARGV[4]) then
    redis.call('SET', KEYS[1], lane .. '|' .. now, 'PX', life)
    redis.call('ZADD', KEYS[tonumber(lane) + 2], now, ARGV[2])
    redis.call('PEXPIRE', KEYS[tonumber(lane) + 2], 2 * life)
  end
  return tonumber(lane)
end

local left, best, fewest = tonumber(ARGV[5]), 0, -1
for i = 2, #KEYS do
  if left > 0 then
    local lapsed = redis.call('ZRANGEBYSCORE', KEYS[i], '-inf', now - life, 'LIMIT', 0, left)
    if #lapsed > 0 then redis.call('ZREM', KEYS[i], unpack(lapsed)); left = left - #lapsed end
  end
  local count = redis.call('ZCARD', KEYS[i])
  if fewest < 0 or count < fewest then best, fewest = i - 2, count end
end
redis.call('SET', KEYS[1], best .. '|' .. now, 'PX', life)
redis.call('ZADD', KEYS[best + 2], now, ARGV[2])
redis.call('PEXPIRE', KEYS[best + 2], 2 * life)
return best
