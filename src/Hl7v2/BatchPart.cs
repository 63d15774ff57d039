namespace CloudPacs.Hl7v2;

/// <summary>One batch inside of a file: its BHS (empty when there is none) and its messages.</summary>
internal sealed record BatchPart(ReadOnlyMemory<byte> Header)
{
    public List<ReadOnlyMemory<byte>> Messages { get; } = [];
}
