using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Translation.Fhir;

/// <summary>The numbers of an order.</summary>
internal sealed record OrderNumbers(
    Identifier? Placer, Identifier? Filler, Identifier? Accession, string? StudyInstanceUid, string? ProcedureId);

/// <summary>
/// A ServiceRequest as the domain knows it: the way back from <c>mappings/base/servicerequest.yaml</c> and <c>procedure.yaml</c>.
/// </summary>
internal sealed class OrderReading(FhirValues values, TimeZoneInfo zone)
{
    private const string Clinical = "Clinical information: ";

    private const string Callback = "servicerequest-order-callback-phone-number";

    /// <summary>
    /// What an identifier of an order is, as the id that its item has among those of the rows; null for none of them. One without a type
    /// is the placer's.
    /// </summary>
    public static string? RoleOf(JsonElement identifier) => FhirValues.TypeOf(identifier) switch
    {
        "PLAC" => "placer",
        "FILL" => "filler",
        "ACSN" => "accession",
        _ when identifier.Text("system") == "urn:dicom:uid" => "study",
        _ when identifier.Text("system")?.EndsWith("/requested-procedure-id", StringComparison.Ordinal) == true => "procedure",
        null => "placer",
        _ => null,
    };

    public OrderNumbers Numbers(JsonElement order)
    {
        Identifier? placer = null, filler = null, accession = null;
        string? uid = null, procedure = null;
        foreach (var item in order.Items("identifier"))
        {
            if (item.Text("id")?.StartsWith("map.", StringComparison.Ordinal) == true) continue;
            switch (RoleOf(item))
            {
                case "placer": placer ??= Number(item); break;
                case "filler": filler ??= Number(item); break;
                case "accession": accession ??= Number(item); break;
                case "procedure": procedure ??= item.Text("value"); break;
                case "study" when item.Text("value") is { } value:
                    uid ??= value.StartsWith("urn:oid:", StringComparison.Ordinal) ? value["urn:oid:".Length..] : value;
                    break;
            }
        }

        return new OrderNumbers(placer, filler, accession, uid, procedure);
    }

    /// <summary>Number of the order that it is a part of.</summary>
    public Identifier? Parent(JsonElement order) =>
        order.Items("basedOn").Select(static based => based.Member("identifier"))
            .Where(static identifier => identifier.ValueKind == JsonValueKind.Object).Select(Number).FirstOrDefault();

    public DateTimeOffset? Start(JsonElement order) =>
        (order.Text("occurrenceDateTime") ?? order.Text("occurrencePeriod", "start")).Instant(zone);

    public DateTimeOffset? End(JsonElement order) => order.Text("occurrencePeriod", "end").Instant(zone);

    /// <summary>Imaging service request and requested procedure.</summary>
    public DataSet Attributes(JsonElement order)
    {
        var attributes = new DataSet();
        if (order.ValueKind != JsonValueKind.Object) return attributes;
        var code = order.Member("code");
        var first = code.Items("coding").FirstOrDefault();
        attributes.Put(
            Tags.RequestedProcedureDescription,
            first.Text("display") ?? code.Text("text") ?? code.Words() ?? Catalogue(first.Text("code"), "description"));
        attributes.PutItems(Tags.RequestedProcedureCodeSequence, [first.ValueKind == JsonValueKind.Object ? values.CodeItem(first) : null]);
        PutRequester(order.Member("requester"), attributes);
        attributes.PutTime(
            Tags.IssueDateOfImagingServiceRequest, Tags.IssueTimeOfImagingServiceRequest, order.Text("authoredOn").Instant(zone), zone);
        PutReason(order, attributes);
        attributes.Put(Tags.RequestedProcedurePriority, order.Text("priority") switch
        {
            "stat" => "STAT",
            "asap" or "urgent" => "HIGH",
            _ => "ROUTINE",
        });
        attributes.Put(Tags.PatientTransportArrangements, order.Extension("/transport-mode").Text("valueString")?.ToUpperInvariant());
        attributes.PutMany(Tags.MedicalAlerts, Notes(order).Where(IsClinical).Select(static note => note[Clinical.Length..]));
        attributes.Put(Tags.ConfidentialityCode, order.Member("meta").Items("security")
            .FirstOrDefault(static label => label.Text("id") == "map.order").Text("code"));
        attributes.SetEmpty(Tags.ReferencedStudySequence);
        return attributes;
    }

    /// <summary>Notes to the staff, a line each.</summary>
    public static string? Comments(JsonElement order)
    {
        var lines = string.Join(
            "\r\n", Notes(order).Where(static note => !IsClinical(note)).Append(order.Text("patientInstruction")).OfType<string>())
            .ReplaceLineEndings("\r\n");
        return lines.Length == 0 ? null : lines;
    }

    public string? Catalogue(string? code, string column) =>
        code is null ? null : values.Settings.Catalogue.Find(code, column);

    private void PutRequester(JsonElement requester, DataSet attributes)
    {
        if (requester.Text("display") is { } name) attributes.Put(Tags.RequestingPhysician, values.PersonName(name));
        attributes.Put(Tags.OrderCallbackPhoneNumber, requester.Extension(Callback).Text("valueContactPoint", "value"));
    }

    private void PutReason(JsonElement order, DataSet attributes)
    {
        var reasons = order.Items("reasonCode").ToList();
        var text = string.Join("; ", reasons.Select(static reason => reason.Words()).OfType<string>());
        if (text.Length > 0) attributes.Put(Tags.ReasonForTheRequestedProcedure, text);
        attributes.Put(Tags.ReasonForVisit, reasons.FirstOrDefault().Words());
        if (reasons.Count > 0) attributes.SetEmpty(Tags.ReasonForRequestedProcedureCodeSequence);
        attributes.PutItems(
            Tags.ReasonForRequestedProcedureCodeSequence,
            reasons.Select(reason => reason.Items("coding").Select(values.CodeItem).FirstOrDefault()));
        var comments = Comments(order);
        if (text.Length > 64) comments = comments is null ? text : comments + "\r\n" + text;
        if (comments is null && reasons.Count > 0) attributes.SetEmpty(Tags.RequestedProcedureComments);
        attributes.Put(Tags.RequestedProcedureComments, comments);
    }

    private static bool IsClinical(string note) => note.StartsWith(Clinical, StringComparison.Ordinal);

    private static IEnumerable<string> Notes(JsonElement order) =>
        order.Items("note").Select(static note => note.Text("text")).OfType<string>();

    private Identifier? Number(JsonElement item) => values.Identifier(item)?.ToIdentifier();
}
