using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping;

/// <summary>Writes numbers that no rule of a message writes as FHIR Identifiers, by the tables of its sender.</summary>
public sealed class IdentifierWriter
{
    internal IdentifierWriter(MapSettings settings) => Settings = settings;

    public MapSettings Settings { get; }

    /// <summary>Identifier (FHIR R4 datatypes.html 2.24.0.14) as JSON. What the tables lack is not counted.</summary>
    /// <param name="json">Takes the Identifier.</param>
    /// <param name="number">The number with its authority.</param>
    /// <param name="type">Its type of table 0203; null for the one that it came with.</param>
    /// <param name="use">IdentifierUse, if one is meant.</param>
    public void Write(JsonText json, MappedIdentifier number, string? type, string? use) =>
        FhirIdentifiers.Write(json, number, type, use, Settings, null);
}
