using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>
/// Reads CE, CWE and CNE (HL7 v2.5.1 2.A.7, 2.A.13, 2.A.8) and writes DICOM code items (PS3.3 8.8) and FHIR CodeableConcepts.
/// </summary>
internal static class CodedElement
{
    /// <summary>Characters in Code Value (0008,0100); longer ones go to Long Code Value.</summary>
    private const int CodeLimit = 16;

    private const int MeaningLimit = 64;

    /// <summary>Code, scheme and meaning, as nearly all have them.</summary>
    private const int ItemAttributes = 3;

    /// <summary>Components of code, text, scheme and version of each triplet.</summary>
    private static readonly (int Code, int Text, int Scheme, int Version)[] Triplets = [(1, 2, 3, 7), (4, 5, 6, 8), (10, 11, 12, 13)];

    /// <summary>The code of triplet 1, 2 or 3, its scheme as it was sent; null when that triplet has no code.</summary>
    public static MapCode? Triplet(Element coded, int number) =>
        number < 1 || number > Triplets.Length || coded.Length == 0 ? null : Triplet(new CodedParts(coded), number);

    private static MapCode? Triplet(in CodedParts parts, int number)
    {
        var place = Triplets[number - 1];
        return parts[place.Code] is { } code
            ? new MapCode(code, parts[place.Scheme], parts[place.Text] ?? (number == 1 ? parts[9] : null), parts[place.Version])
            : null;
    }

    /// <summary>Item of a code sequence. A code is never cut; a missing meaning is the catalogue's description, else the code.</summary>
    public static DataSet Item(MapCode code, EvalContext context) => Item(code, context.Settings, context);

    /// <summary>The same; what the tables lack is counted by the context, if there is one.</summary>
    public static DataSet Item(MapCode code, MapSettings settings, EvalContext? context)
    {
        var item = new DataSet(ItemAttributes);
        var value = VrRules.Clean(code.Code, VR.LO);
        var looksLikeUri = value.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) || value.Contains("://", StringComparison.Ordinal);
        // What UR cannot hold, such as letters outside of ASCII, is a long code and no URI (RFC 3986 2).
        var isUri = looksLikeUri && VrRules.FindProblem(value, VR.UR) is null;
        if (isUri) item.Set(Tags.UrnCodeValue, VR.UR, value);
        else if (Fits(value)) item.Set(Tags.CodeValue, VR.SH, value);
        else item.Set(Tags.LongCodeValue, VR.UC, value);
        if (!isUri || code.System is not null)
            item.Set(Tags.CodingSchemeDesignator, VR.SH, CodeSchemes.Designator(code.System, settings, context));
        if (code.Version is { } version && Fits(version)) item.Set(Tags.CodingSchemeVersion, VR.SH, VrRules.Clean(version, VR.LO));
        var meaning = code.Display ?? settings.Catalogue.Find(code.Code, "description") ?? code.Code;
        item.Set(Tags.CodeMeaning, VR.LO, VrRules.Cut(VrRules.Clean(meaning, VR.LO), MeaningLimit));
        return item;
    }

    /// <summary>Item of the Content Item Macro (PS3.3 table 10-2) with value type CODE.</summary>
    public static DataSet? ContentItem(MapCode? value, MapCode concept, EvalContext context) => value is null ? null
        : new DataSet().Set(Tags.ValueType, "CODE")
            .SetSequence(Tags.ConceptNameCodeSequence, Item(concept, context))
            .SetSequence(Tags.ConceptCodeSequence, Item(value, context));

    /// <summary>CodeableConcept with all triplets as codings, and the text as it was sent; nothing when there is neither.</summary>
    public static void WriteConcept(JsonText json, Element coded, EvalContext context)
    {
        var parts = new CodedParts(coded);
        var start = json.Length;
        json.BeginObject();
        var first = Triplet(parts, 1);
        WriteCodings(json, [first, Triplet(parts, 2), Triplet(parts, 3)], context);
        if (parts[9] is { } original)
        {
            json.Text("text"u8, original);
        }
        else
        {
            // A text without a code, else that of the alternate code.
            var text = first is null ? parts[2] : first.Display;
            json.Text("text"u8, text is null ? parts[5] : first is null ? text : null);
        }

        json.EndObject(start);
    }

    private static void WriteCodings(JsonText json, ReadOnlySpan<MapCode?> codes, EvalContext context)
    {
        var count = 0;
        foreach (var code in codes)
        {
            if (code is not null) count++;
        }

        if (count == 0) return;
        json.Name("coding"u8);
        json.BeginArray();
        var isFirst = true;
        foreach (var code in codes)
        {
            if (code is null) continue;
            json.Item();
            FhirCodings.Write(json, CodeSchemes.SystemUri(code.System, context), code.Version, code.Code, code.Display,
                isFirst && count > 1);
            isFirst = false;
        }

        json.EndArray();
    }

    private static bool Fits(string code) => code.Length <= CodeLimit || VrRules.CountCharacters(code) <= CodeLimit;

    /// <summary>The parts of a coded element; one inside another type (the body site in OBR-15.4) has sub-components.</summary>
    private readonly struct CodedParts
    {
        private readonly Element _coded;
        private readonly bool _isInside;
        private readonly ElementComponents _components;

        public CodedParts(Element coded)
        {
            _coded = coded;
            _components = new ElementComponents(coded);
            _isInside = _components.Count <= 1 && coded.SubComponentCount > 1;
        }

        /// <summary>The trimmed text of a part, or null.</summary>
        public string? this[int number] =>
            _isInside ? ElementText.Value(_coded.SubComponent(number)) : _components.Text(number);
    }
}
