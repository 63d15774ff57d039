using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CloudPacs.Store;

/// <summary>Makes the ids of rows: version 7 UUIDs (RFC 9562), which grow with time and so keep indexes compact; thread-safe.</summary>
public sealed class IdSource
{
    private const int RandomBytes = 10;
    private readonly Func<Guid> _next;

    // Asking the system for so few bytes costs more than all the rest of an id.
    [ThreadStatic]
    private static byte[]? random;

    [ThreadStatic]
    private static int used;

    public IdSource(TimeProvider clock) : this(() => Version7(clock.GetUtcNow()))
    {
    }

    private IdSource(Func<Guid> next) => _next = next;

    /// <summary>
    /// Ids that count up from <paramref name="first"/>: 00000000-0000-7000-8000-000000000001 and so on, for repeatable tests.
    /// </summary>
    public static IdSource Counting(long first = 1)
    {
        var last = first - 1;
        return new IdSource(() => new Guid(0, 0, 0x7000, BytesOf(Interlocked.Increment(ref last))));
    }

    public Guid Next() => _next();

    /// <summary>48 bits of milliseconds, the version, 12 random bits, the variant, 62 random bits.</summary>
    private static Guid Version7(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, now.ToUnixTimeMilliseconds() << 16);
        FillRandom(id[^RandomBytes..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    private static void FillRandom(Span<byte> target)
    {
        if (random is null || used == random.Length)
        {
            random ??= new byte[100 * RandomBytes];
            RandomNumberGenerator.Fill(random);
            used = 0;
        }

        random.AsSpan(used, target.Length).CopyTo(target);
        used += target.Length;
    }

    private static byte[] BytesOf(long number) =>
        [0x80, 0, .. BitConverter.IsLittleEndian ? BitConverter.GetBytes(number).Reverse().Skip(2) : BitConverter.GetBytes(number).Skip(2)];
}
