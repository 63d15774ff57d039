namespace CloudPacs.Mapping;

/// <summary>What a message brings besides its bytes.</summary>
/// <param name="ReceivedAt">Time of receipt: the only clock of the maps.</param>
/// <param name="NextNumber">Gives the next number of a sequence that a map names.</param>
public sealed record MapContext(DateTimeOffset ReceivedAt, Func<string, string> NextNumber)
{
    /// <summary>For preview, explain and tests: sequences give placeholders such as <c>&lt;sequence:accession&gt;</c>.</summary>
    public static MapContext Preview(DateTimeOffset receivedAt) => new(receivedAt, static name => $"<sequence:{name}>");
}
