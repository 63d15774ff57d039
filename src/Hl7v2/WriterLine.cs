namespace CloudPacs.Hl7v2;

/// <summary>One segment being written.</summary>
internal sealed class WriterLine
{
    /// <summary>The segment, in UTF-8 when the message's set has to be decoded before splitting, else in the set itself.</summary>
    public required byte[] Text { get; set; }

    /// <summary>The segment as received, only when <see cref="Text"/> is a re-encoding of it; kept in step with it.</summary>
    public byte[]? Raw { get; set; }

    /// <summary>What ends the segment: CR, or what was received there.</summary>
    public byte[] After { get; set; } = [(byte)'\r'];
}
