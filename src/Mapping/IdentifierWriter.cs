using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping;

/// <summary>Writes numbers that no rule of a message writes as FHIR Identifiers, by the tables of its sender.</summary>
public sealed class IdentifierWriter
{
    private readonly EvalContext _context;

    internal IdentifierWriter(MapSettings settings, Message message)
    {
        Settings = settings;
        _context = new EvalContext(settings, message, new OrderGroups(), DateTimeOffset.UnixEpoch, new MapSink(static name => name),
            0, null);
    }

    public MapSettings Settings { get; }

    /// <summary>Identifier (FHIR R4 datatypes.html 2.24.0.14) as JSON.</summary>
    /// <param name="number">The number with its authority.</param>
    /// <param name="type">Its type of table 0203; null for the one that it came with.</param>
    /// <param name="use">IdentifierUse, if one is meant.</param>
    public byte[] Write(MappedIdentifier number, string? type, string? use)
    {
        FhirIdentifiers.Write(_context.Json, number, type, use, _context);
        return _context.Json.Take(0);
    }
}
