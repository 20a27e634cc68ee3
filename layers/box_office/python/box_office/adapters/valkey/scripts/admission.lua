-- A leaky bucket and the blacklist of one user or one address; for a user's hold also the cap of live holds.
-- KEYS: 1 admission hash, 2 exists while an operator blocks this user or address,
--       3 (a user's hold only) live holds: event -> end
-- ARGV: 1 now ms, 2 bucket, 3 requests/s, 4 burst, 5 refusals in ten minutes that block,
--       6 what the request adds to the bucket: 1, or 0 if it has passed admission before,
--       7 event, 8 its hold's end, 9 cap of live holds
-- Returns {code or '', retry after ms}
local now, rate, burst, weight = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[6])
local TEN_MINUTES = 600000

if redis.call('EXISTS', KEYS[2]) == 1 then return {'blocked', 0} end
local fields = redis.call('HMGET', KEYS[1], 'blocked_until', 'level:' .. ARGV[2], 'at:' .. ARGV[2], 'refused', 'refused_from')
if tonumber(fields[1] or 0) > now then return {'blocked', 0} end

local elapsed = math.max(0, now - tonumber(fields[3] or now))
local level = math.max(0, tonumber(fields[2] or 0) - elapsed * rate / 1000)
if level + weight > burst then
  local refused, from = tonumber(fields[4] or 0) + 1, tonumber(fields[5] or now)
  if now - from > TEN_MINUTES then refused, from = 1, now end
  redis.call('HSET', KEYS[1], 'refused', refused, 'refused_from', from)
  if refused >= tonumber(ARGV[5]) then redis.call('HSET', KEYS[1], 'blocked_until', now + TEN_MINUTES) end
  redis.call('PEXPIRE', KEYS[1], 2 * TEN_MINUTES)
  return {'rate_limited', math.ceil((level + weight - burst) * 1000 / rate)}
end
redis.call('HSET', KEYS[1], 'level:' .. ARGV[2], string.format('%.3f', level + weight), 'at:' .. ARGV[2], math.max(now, tonumber(fields[3] or 0)))
redis.call('PEXPIRE', KEYS[1], 2 * TEN_MINUTES)

if KEYS[3] then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  if not redis.call('ZSCORE', KEYS[3], ARGV[7]) and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[9]) then
    return {'hold_limit_reached', 0}
  end
  redis.call('ZADD', KEYS[3], ARGV[8], ARGV[7])
  -- Never to an earlier time: on a stage that shortens its holds, longer ones that are counted here still live.
  if redis.call('PTTL', KEYS[3]) < 0 then
    redis.call('PEXPIREAT', KEYS[3], ARGV[8])
  else
    redis.call('PEXPIREAT', KEYS[3], ARGV[8], 'GT')
  end
end
return {'', 0}
