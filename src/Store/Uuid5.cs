using System.Security.Cryptography;
using System.Text;

namespace CloudPacs.Store;

/// <summary>Name-based UUIDs (RFC 4122 4.3, SHA-1).</summary>
public static class Uuid5
{
    /// <summary>
    /// The version 5 UUID of <paramref name="name"/> (as UTF-8) under <paramref name="space"/>: the same everywhere and always.
    /// </summary>
    public static Guid Create(Guid space, string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var input = new byte[16 + text.Length];
        space.TryWriteBytes(input, bigEndian: true, out _);
        text.CopyTo(input, 16);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 4122 fixes SHA-1 for version 5; it names things here and protects nothing.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
