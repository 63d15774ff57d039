using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CloudPacs.Store.Messages;

/// <summary>
/// What makes two received messages the same one: sending application, facility and control id (MSH-3, MSH-4, MSH-10), and the content
/// without MSH-7. The listener takes no part: a sender that fails over to another port sends the same message there.
/// </summary>
/// <param name="ControlKey">128 bits of the hash of the three header values.</param>
/// <param name="ContentHash">128 bits of the hash of the content.</param>
public readonly record struct MessageIdentity(Guid ControlKey, Guid ContentHash)
{
    /// <summary>Makes the identity; <paramref name="contentWithoutMsh7"/> may come in several pieces, taken as one text.</summary>
    public static MessageIdentity Of(
        string application, string facility, string controlId, params ReadOnlySpan<ReadOnlyMemory<byte>> contentWithoutMsh7)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in (ReadOnlySpan<string>)[application, facility, controlId])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            // The length goes in as well: "A", "BC" must differ from "AB", "C".
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        var controlKey = Take(hash);
        foreach (var piece in contentWithoutMsh7) hash.AppendData(piece.Span);
        return new MessageIdentity(controlKey, Take(hash));
    }

    private static Guid Take(IncrementalHash hash)
    {
        Span<byte> all = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(all);
        return new Guid(all[..16], bigEndian: true);
    }
}
