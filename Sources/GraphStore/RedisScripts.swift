/// The scripts that a Redis server carries out, each all at once.
///
/// A thread has a hash with its lease and its last record (`thread`), one with its records (`records`), and the numbers
/// of its snapshots in order (`snapshots`); all threads are in one sorted set by the time of their last record.
enum RedisScripts {
  private static let now = """
    local t = redis.call('TIME')
    local now = t[1] * 1000 + math.floor(t[2] / 1000)
    """

  /// Keeps the keys of a thread for the time that `ttl` says, if any.
  private static let keep = """
    local function keep(ttl)
      if tonumber(ttl) > 0 then
        for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ttl) end
      end
    end
    """

  /// The bytes of a record without the line before its body.
  private static let size = """
    local function size(record) return #record - string.find(record, '\\n', 1, true) end
    """

  /// Ends the script where the lease is not the last one, or was given back.
  ///
  /// A renewal that comes behind its release must not take the thread again.
  private static let check = """
    if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'holder') == 0 then
      return 'LOST'
    end
    """

  /// Keys: thread, records, snapshots.
  ///
  /// Arguments: holder, duration, lost epoch, time to live, epoch of a new thread.
  static let acquire = """
    \(now)
    \(keep)
    local epoch = redis.call('HGET', KEYS[1], 'epoch')
    local until_ = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
    if epoch and until_ > now and epoch ~= ARGV[3] then
      return {'BUSY', epoch, redis.call('HGET', KEYS[1], 'holder') or ''}
    end
    epoch = epoch and string.format('%.0f', tonumber(epoch) + 1) or ARGV[5]
    redis.call('HSET', KEYS[1], 'epoch', epoch, 'holder', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
    keep(ARGV[4])
    return {'OK', epoch, redis.call('HGET', KEYS[1], 'last') or '0'}
    """

  /// Keys: thread, records, snapshots.
  ///
  /// Arguments: epoch, duration, time to live.
  static let renew = """
    \(now)
    \(keep)
    \(check)
    redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]))
    keep(ARGV[3])
    return 'OK'
    """

  /// Keys: thread.
  ///
  /// Arguments: epoch.
  static let release = """
    \(check)
    if redis.call('HEXISTS', KEYS[1], 'last') == 0 then
      redis.call('DEL', KEYS[1])
    else
      redis.call('HSET', KEYS[1], 'until', '0')
      redis.call('HDEL', KEYS[1], 'holder')
    end
    return 'OK'
    """

  /// Keys: thread.
  ///
  /// Arguments: epoch.
  static let askToStop = """
    if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then redis.call('HSET', KEYS[1], 'stop', ARGV[1]) end
    return 'OK'
    """

  /// Keys: thread.
  ///
  /// Arguments: epoch.
  static let isAskedToStop = """
    \(check)
    return redis.call('HGET', KEYS[1], 'stop') == ARGV[1] and 'STOP' or 'OK'
    """

  /// Keys: thread, records, snapshots, threads.
  ///
  /// Arguments: epoch, duration, time to live, name, time of the last record,
  /// first number, then for each record whether it is a snapshot, and the record.
  static let append = """
    \(now)
    \(keep)
    \(size)
    \(check)
    local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
    if last + 1 ~= tonumber(ARGV[6]) then return 'LOST' end
    local i = 7
    while ARGV[i] do
      last = last + 1
      redis.call('HSET', KEYS[2], last, ARGV[i + 1])
      redis.call('HINCRBY', KEYS[1], 'bytes', size(ARGV[i + 1]))
      if ARGV[i] == '1' then redis.call('ZADD', KEYS[3], last, last) end
      i = i + 2
    end
    redis.call('HSET', KEYS[1], 'last', last, 'until', string.format('%.0f', now + ARGV[2]))
    redis.call('ZADD', KEYS[4], ARGV[5], ARGV[4])
    keep(ARGV[3])
    return 'OK'
    """

  /// Keys: thread, records, snapshots.
  ///
  /// Arguments: the last record that is wanted or nothing, whether all before it are.
  static let records = """
    local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
    if ARGV[1] ~= '' then last = math.min(last, tonumber(ARGV[1])) end
    local first = 1
    if ARGV[2] == '0' then
      first = tonumber(redis.call('ZREVRANGEBYSCORE', KEYS[3], last, '-inf', 'LIMIT', 0, 1)[1] or '1')
    end
    local found = {}
    for number = first, last do
      local record = redis.call('HGET', KEYS[2], number)
      if record then found[#found + 1] = record end
    end
    return found
    """

  /// Keys: threads.
  ///
  /// Arguments: what the keys of threads and of records begin with.
  static let threads = """
    \(now)
    local found = {}
    for _, name in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, -1)) do
      local key = ARGV[1] .. name
      local last = redis.call('HGET', key, 'last')
      local record = last and redis.call('HGET', ARGV[2] .. name, last)
      if record then
        local held = tonumber(redis.call('HGET', key, 'until') or '0') > now
        found[#found + 1] = {
          name, held and redis.call('HGET', key, 'holder') or '', redis.call('HLEN', ARGV[2] .. name),
          redis.call('HGET', key, 'bytes') or '0', record}
      else
        redis.call('ZREM', KEYS[1], name)
      end
    end
    return found
    """

  /// Keys: thread, records, snapshots, threads.
  ///
  /// Arguments: epoch, name, the last record that is removed or nothing, the
  /// snapshot that takes its place or nothing.
  static let remove = """
    \(size)
    \(check)
    if ARGV[3] == '' then
      redis.call('DEL', KEYS[2], KEYS[3])
      redis.call('HDEL', KEYS[1], 'last', 'bytes')
      redis.call('ZREM', KEYS[4], ARGV[2])
      return 'OK'
    end
    for _, number in ipairs(redis.call('HKEYS', KEYS[2])) do
      if tonumber(number) <= tonumber(ARGV[3]) then
        redis.call('HINCRBY', KEYS[1], 'bytes', -size(redis.call('HGET', KEYS[2], number)))
        redis.call('HDEL', KEYS[2], number)
        redis.call('ZREM', KEYS[3], number)
      end
    end
    if ARGV[4] ~= '' then
      redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
      redis.call('HINCRBY', KEYS[1], 'bytes', size(ARGV[4]))
      redis.call('ZADD', KEYS[3], ARGV[3], ARGV[3])
    end
    return 'OK'
    """
}
