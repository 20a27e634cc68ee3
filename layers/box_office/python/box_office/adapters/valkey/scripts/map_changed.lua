-- After a change of an event's seats the next look packs the map anew: without a rush each customer sees at once what
-- they have just done. In a rush looks go on sharing one map for a second.
-- KEYS: 1 the packed map, 2 tries to mark in this window
-- ARGV: 1 so many tries are no rush
if tonumber(redis.call('GET', KEYS[2]) or 0) <= tonumber(ARGV[1]) then redis.call('UNLINK', KEYS[1]) end
