-- A leaky bucket and the block of one user or one address; for a user's hold also the cap of live holds.
-- KEYS: 1 admission hash, 2 the block of this user or address (see block.lua),
--       3 (a user's hold only) live holds: event -> end
-- ARGV: 1 now ms, 2 bucket, 3 requests/s, 4 burst, 5 refusals in ten minutes that block, 6 for so many ms,
--       7 what the request adds to the bucket: 1, or 0 if it has passed admission before,
--       8 '1' if a block refuses this request; '0' for a release, which none refuses: a blocked subject's releases have
--       a bucket of their own, as the other one is full when admission blocks,
--       9 event, 10 its hold's end, 11 cap of live holds
-- Returns {code or '', retry after ms}, and the block's end if this refusal began one
local now, rate, burst, weight = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[7])
local TEN_MINUTES, bucket = 600000, ARGV[2]

local blocked_until = tonumber(string.match(redis.call('GET', KEYS[2]) or '', '^%d+') or 0)
if blocked_until > now then
  if ARGV[8] == '1' then return {'blocked', blocked_until - now} end
  bucket = 'release'
end
local fields = redis.call('HMGET', KEYS[1], 'level:' .. bucket, 'at:' .. bucket, 'refused', 'refused_from')

local elapsed = math.max(0, now - tonumber(fields[2] or now))
local level = math.max(0, tonumber(fields[1] or 0) - elapsed * rate / 1000)
if level + weight > burst then
  local refusal = {'rate_limited', math.ceil((level + weight - burst) * 1000 / rate)}
  local refused, from = tonumber(fields[3] or 0) + 1, tonumber(fields[4] or now)
  if now - from > TEN_MINUTES then refused, from = 1, now end
  if refused >= tonumber(ARGV[5]) then
    -- Refusals are counted anew: a subject that goes on begins one block, and one row of the table, for so many of them.
    refused, from = 0, now
    if now + tonumber(ARGV[6]) > blocked_until then
      refusal[3] = now + tonumber(ARGV[6])
      redis.call('SET', KEYS[2], refusal[3] .. '|' .. now, 'PX', ARGV[6])
    end
  end
  redis.call('HSET', KEYS[1], 'refused', refused, 'refused_from', from)
  redis.call('PEXPIRE', KEYS[1], 2 * TEN_MINUTES)
  return refusal
end
redis.call('HSET', KEYS[1], 'level:' .. bucket, string.format('%.3f', level + weight), 'at:' .. bucket, math.max(now, tonumber(fields[2] or 0)))
redis.call('PEXPIRE', KEYS[1], 2 * TEN_MINUTES)

if KEYS[3] then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  if not redis.call('ZSCORE', KEYS[3], ARGV[9]) and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[11]) then
    return {'hold_limit_reached', 0}
  end
  redis.call('ZADD', KEYS[3], ARGV[10], ARGV[9])
  -- Never to an earlier time: on a stage that shortens its holds, longer ones that are counted here still live.
  if redis.call('PTTL', KEYS[3]) < 0 then
    redis.call('PEXPIREAT', KEYS[3], ARGV[10])
  else
    redis.call('PEXPIREAT', KEYS[3], ARGV[10], 'GT')
  end
end
return {'', 0}
