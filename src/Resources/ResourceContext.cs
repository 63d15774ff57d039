using System.Collections.Frozen;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;

namespace CloudPacs.Resources;

/// <summary>Why resources are written, beside the rows that changed.</summary>
internal sealed record ResourceContext
{
    private static readonly Dictionary<Row, object> Nothing = [];
    private static readonly Dictionary<Row, string> NoReasons = [];
    private static readonly Dictionary<Row, KeptAttributes> NothingKept = [];
    private static readonly Dictionary<Row, byte[]> NothingWritten = [];

    /// <summary>meta.lastUpdated of new versions.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Zone in which scheduled starts are kept.</summary>
    public required TimeZoneInfo SiteZone { get; init; }

    /// <summary>The message that caused it, or null for the engine's own changes (expiry).</summary>
    public MappedMessage? Message { get; init; }

    /// <summary>Scopes of the message by the row that they describe: the maps run for them.</summary>
    public IReadOnlyDictionary<Row, object> Described { get; init; } = Nothing;

    /// <summary>Those of <see cref="Described"/> of which only text was taken.</summary>
    public IReadOnlySet<Row> TextOnly { get; init; } = FrozenSet<Row>.Empty;

    /// <summary>The attributes of these rows of which the message brought a stand-in that was not taken.</summary>
    public IReadOnlyDictionary<Row, KeptAttributes> Kept { get; init; } = NothingKept;

    /// <summary>Why steps were closed or held, in the words of the sender (ORC-16).</summary>
    public IReadOnlyDictionary<Row, string> Reasons { get; init; } = NoReasons;

    /// <summary>Writes numbers as FHIR Identifiers; null for the engine's own changes, which assign none.</summary>
    public IdentifierWriter? Identifiers { get; init; }

    /// <summary>
    /// What a client wrote of the resources of rows (<see cref="ClientVersion"/>): it stands in the place of what is stored.
    /// </summary>
    public IReadOnlyDictionary<Row, byte[]> Written { get; init; } = NothingWritten;

    /// <summary>Takes the warnings of the maps.</summary>
    public List<string> Warnings { get; init; } = [];

    /// <summary>
    /// Takes the rules that ended in an error, as warnings: their element is missing, and the message is applied all the same.
    /// </summary>
    public List<Problem> Problems { get; } = [];
}
