using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>One value of a domain command.</summary>
/// <param name="MaxCharacters">Longest value in characters, 0 = any, <see cref="Uid"/> = a UID: keys are never cut, a longer one is error
/// 102 (or replaced by policy <c>longId</c>).</param>
internal sealed record CommandField(string Name, MapType Type, RunLevel Level, int MaxCharacters, Action<EvalContext, MapValue> Set)
{
    /// <summary>What the value does when it is an id.</summary>
    public IdRole Role { get; init; }

    /// <summary>
    /// Whether the value may be a part of the message, read as EI (HL7 v2.5.1 2.A.28), or a text: a number without an authority, which then
    /// takes that of the sender. Ids of patients stand in fields of several types and say which.
    /// </summary>
    public bool TakesNumbers => Type == MapType.Identifier && Level != RunLevel.Patient;

    /// <summary>The number is an accession number, for which the sender may have an authority of its own.</summary>
    public bool IsAccession => Name.EndsWith(".accessionNumber", StringComparison.Ordinal);

    /// <summary>A number, an id or a start that is known cannot be deleted, so who asks for that is told.</summary>
    public bool IsKept => Level is not RunLevel.Patient && (Role == IdRole.Names || Type == MapType.Time);

    public const int Uid = -1;

    /// <summary>What representation SH holds: accession number, procedure and step id.</summary>
    public const int ShortId = 16;

    /// <summary>What representation LO holds: ids of patients and visits, order numbers.</summary>
    public const int LongId = 64;
}
