using System.Buffers;

namespace CloudPacs.Mllp.Framing;

/// <summary>Puts content between its start and end block; what is written is meant for one send.</summary>
internal static class FrameWriter
{
    /// <summary>Commit acknowledgement of release 2: the content is in safe storage.</summary>
    public const byte Committed = 0x06;

    /// <summary>Negative commit acknowledgement of release 2: the content is not stored and may be sent again.</summary>
    public const byte NotCommitted = 0x15;

    private static ReadOnlySpan<byte> End => [FrameReader.EndBlock, FrameReader.CarriageReturn];

    /// <exception cref="ArgumentException">The content holds FS CR and would be cut there by every receiver.</exception>
    public static void Write(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        if (content.IndexOf(End) >= 0)
            throw new ArgumentException("The content holds an end block (0x1C 0x0D) and cannot be sent in a frame.", nameof(content));

        var span = output.GetSpan(content.Length + 3);
        span[0] = FrameReader.StartBlock;
        content.CopyTo(span[1..]);
        End.CopyTo(span[(content.Length + 1)..]);
        output.Advance(content.Length + 3);
    }

    /// <summary>True for a block that acknowledges another block and is never a message (MLLP release 2, 3.2).</summary>
    public static bool IsCommitBlock(ReadOnlySpan<byte> content) => content is [Committed] or [NotCommitted];
}
