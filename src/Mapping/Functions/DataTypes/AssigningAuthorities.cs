using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Assigning authorities (HL7 v2.5.1 2.A.36 HD): read from messages, written to DICOM (PS3.3 10.14 and 10.15) and FHIR.</summary>
internal static partial class AssigningAuthorities
{
    private static readonly MappedIdentifier Nobody = new("");

    /// <summary>
    /// The authority as an identifier without a value; an HD that is a field has components, one inside CX or EI sub-components.
    /// </summary>
    public static MappedIdentifier Read(Element hd) => hd.Length == 0 ? Nobody : Read(hd, "", null);

    private static MappedIdentifier Read(Element hd, string value, string? typeCode)
    {
        if (hd.Length == 0) return new MappedIdentifier(value, TypeCode: typeCode);
        var isField = hd.ComponentCount > 1;
        if (!isField && hd.SubComponentCount == 1) return new MappedIdentifier(value, ElementText.Id(hd), TypeCode: typeCode);
        string? Part(int n) => ElementText.Id(isField ? hd.Component(n) : hd.SubComponent(n));
        return Named(value, Part(1), Part(2), Part(3)?.ToUpperInvariant(), typeCode);
    }

    /// <summary>
    /// A universal id of a type that is a site's own (HL7 table 0301: L, M, N) has no place in DICOM and no URI in FHIR: it is a name, and
    /// one that stands beside a name says nothing more.
    /// </summary>
    private static MappedIdentifier Named(string value, string? name, string? universalId, string? type, string? typeCode) =>
        type == "GUID" ? new MappedIdentifier(value, name, universalId, "UUID", typeCode)
        : HierarchicDesignator.IsType(type) ? new MappedIdentifier(value, name, universalId, type, typeCode)
        : new MappedIdentifier(value, name ?? universalId, TypeCode: typeCode);

    /// <summary>
    /// CX (2.A.14): value, authority and type; without an authority the sender's default one. Null when there is no value.
    /// </summary>
    public static MappedIdentifier? ReadCx(Element cx, EvalContext context)
    {
        if (cx.Length == 0 || ReadCx(cx) is not { } id || IsTruncated(cx, context)) return null;
        return id.HasAuthority ? id : WithNamespace(id, context.DefaultNamespace);
    }

    /// <summary>As it was sent, without a default authority.</summary>
    private static MappedIdentifier? ReadCx(Element cx)
    {
        var parts = new ElementComponents(cx);
        return parts.Id(1) is { } value ? Read(parts[4], value, parts.Text(5)) : null;
    }

    /// <summary>
    /// EI (2.A.28), or one inside EIP; without an authority the given one, else the sender's default. Null when there is no value.
    /// </summary>
    public static MappedIdentifier? ReadEi(Element ei, string? fallback, EvalContext context) =>
        ReadEi(ei, context) is not { } identifier ? null
        : identifier.HasAuthority ? identifier
        : WithNamespace(identifier, fallback ?? context.DefaultNamespace);

    /// <summary>The same with no other authority than the one that was sent.</summary>
    public static MappedIdentifier? ReadEi(Element ei, EvalContext context)
    {
        if (ei.Length == 0) return null;
        var parts = new ElementComponents(ei);
        var identifier = parts.Count <= 1 && ei.SubComponentCount > 1 ? ReadInside(ei) : ReadField(parts);
        return identifier.Value.Length == 0 || IsTruncated(ei, context) ? null : identifier;
    }

    private static MappedIdentifier ReadField(in ElementComponents parts) =>
        new(parts.Id(1) ?? "", parts.Id(2), parts.Id(3), parts.Text(4)?.ToUpperInvariant());

    private static MappedIdentifier ReadInside(Element ei)
    {
        string? Part(int n) => ElementText.Id(ei.SubComponent(n));
        return new MappedIdentifier(Part(1) ?? "", Part(2), Part(3), Part(4)?.ToUpperInvariant());
    }

    /// <summary>The authority as an item (PS3.3 table 10-17); null when it names nothing.</summary>
    public static DataSet? DesignatorItem(MappedIdentifier authority) =>
        HierarchicDesignator.Item(authority.Namespace, authority.UniversalId, authority.UniversalIdType);

    /// <summary>Item of Other Patient IDs Sequence (PS3.3 table C.7-1); null when DICOM cannot hold the id or its issuer.</summary>
    public static DataSet? PatientIdItem(MappedIdentifier id) =>
        HierarchicDesignator.PatientIdItem(id.Value, id.Namespace, id.UniversalId, id.UniversalIdType);

    /// <summary>
    /// FHIR system of an authority: a universal id that is what its type says gives its URI form; else the name (or what should have been
    /// an OID) is looked up in table <c>namespaces</c>, and what
    /// that lacks (it is counted as a miss by the context, if there is one) becomes a URI under our own root. Null without an authority.
    /// </summary>
    public static string? SystemUri(MappedIdentifier authority, MapSettings settings, EvalContext? context)
    {
        if (authority.UniversalId is { } id)
        {
            switch (authority.UniversalIdType)
            {
                case "ISO" when Oid().IsMatch(id): return "urn:oid:" + id;
                case "UUID" or "GUID" when Guid.TryParseExact(id, "D", out _): return "urn:uuid:" + id.ToLowerInvariant();
                case "URI" when !id.Any(char.IsWhiteSpace): return id;
                case "DNS" when !id.Any(char.IsWhiteSpace): return "https://" + id;
            }
        }
        var name = authority.Namespace ?? authority.UniversalId;
        if (name is null) return null;
        var row = FhirIdentifiers.Row("namespaces", name, settings, context);
        return row is { To.Length: > 0 } ? row.To : settings.UriBelow(settings.SenderUri, name);
    }

    /// <summary>
    /// The authority that a FHIR system is, the way back from <see cref="SystemUri"/>, as an identifier without a value.
    /// </summary>
    /// <param name="system">Identifier.system; null for none.</param>
    /// <param name="name">Its name beside the universal id, if that is known.</param>
    /// <param name="settings">The tables.</param>
    public static MappedIdentifier OfSystem(string? system, string? name, MapSettings settings)
    {
        if (system is null) return name is null ? Nobody : Nobody with { Namespace = name };
        var listed = settings.Tables.GetValueOrDefault("namespaces")?.Rows.FirstOrDefault(row => row.To == system);
        if (listed is not null) return Nobody with { Namespace = listed.From };
        var own = settings.BaseUri + "/id/";
        if (system.StartsWith(own, StringComparison.Ordinal))
            return Nobody with { Namespace = Uri.UnescapeDataString(system[(system.LastIndexOf('/') + 1)..]) };
        const string Dns = "https://";
        var (id, type) = system switch
        {
            _ when system.StartsWith("urn:oid:", StringComparison.Ordinal) => (system[8..], "ISO"),
            _ when system.StartsWith("urn:uuid:", StringComparison.Ordinal) => (system[9..], "UUID"),
            _ when system.StartsWith(Dns, StringComparison.Ordinal) && system.LastIndexOf('/') < Dns.Length =>
                (system[Dns.Length..], "DNS"),
            _ => (system, "URI"),
        };
        return Nobody with { Namespace = name, UniversalId = id, UniversalIdType = type };
    }

    /// <summary>An id that the sender cut (HL7 v2.7 2.5.5.2) could be that of somebody else: it counts as not sent.</summary>
    private static bool IsTruncated(Element id, EvalContext context)
    {
        if (id.IsTruncated) context.Warn("truncated_id");
        return id.IsTruncated;
    }

    /// <summary>An OID of any length (ITU-T X.660 7.6); FHIR R4 datatypes.html, oid.</summary>
    [GeneratedRegex(@"^[0-2](\.(0|[1-9][0-9]*))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Oid();

    private static MappedIdentifier WithNamespace(MappedIdentifier identifier, string? name) => name is null
        ? identifier
        : identifier with { Namespace = name };
}
