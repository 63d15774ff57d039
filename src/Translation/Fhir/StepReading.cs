using System.Globalization;
using System.Text.Json;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Mapping;

namespace CloudPacs.Translation.Fhir;

/// <summary>
/// A scheduled procedure step, from its Task and from the ServiceRequest that it is part of: the way back from
/// <c>mappings/base/task.yaml</c> and <c>step.yaml</c>.
/// </summary>
internal sealed class StepReading(FhirValues values, OrderReading orders, TimeZoneInfo zone)
{
    public const string Dcm = "http://dicom.nema.org/resources/ontology/DCM";

    public static string? Id(JsonElement task) => task.Items("identifier").FirstOrDefault(IsId).Text("value");

    /// <summary>Whether an identifier is the id of a step.</summary>
    public static bool IsId(JsonElement identifier) =>
        identifier.Text("system")?.EndsWith("/scheduled-procedure-step-id", StringComparison.Ordinal) == true;

    /// <summary>The start as an instant: that of the step, else of its order; null when neither says one.</summary>
    public DateTimeOffset? Start(JsonElement task, JsonElement order) =>
        task.Text("executionPeriod", "start").Instant(zone) ?? orders.Start(order);

    /// <param name="task">The Task; undefined for none.</param>
    /// <param name="order">The ServiceRequest.</param>
    public DataSet Attributes(JsonElement task, JsonElement order)
    {
        var attributes = new DataSet();
        var code = order.Member("code");
        var key = code.Items("coding").FirstOrDefault().Text("code");
        var modality = Modality(task, order, key);
        attributes.Put(Tags.Modality, modality);
        var station = Station(task) ?? orders.Catalogue(key, "station") ?? RoomStation(modality) ?? values.Settings.Policy.DefaultStation;
        attributes.Put(Tags.ScheduledStationAeTitle, station);
        attributes.Put(
            Tags.ScheduledStationName,
            Named(task, "Station name").Text("valueString") ?? orders.Catalogue(key, "stationName")
                ?? (station is null ? null : values.Find("station", station)));
        attributes.Put(Tags.ScheduledProcedureStepLocation, task.Text("location", "display") ?? orders.Catalogue(key, "location"));
        attributes.Put(Tags.ScheduledProcedureStepDescription, Description(task, code) ?? orders.Catalogue(key, "description"));
        attributes.PutItems(Tags.ScheduledProtocolCodeSequence, Protocols(task, code));
        var performer = order.Items("performer").Select(static p => p.Text("display")).FirstOrDefault(static name => name is not null);
        attributes.Put(Tags.ScheduledPerformingPhysicianName, performer is null ? null : values.PersonName(performer));
        var details = order.Items("orderDetail").SelectMany(static detail => detail.Items("coding")).Select(static c => c.Text("code"));
        foreach (var detail in details.OfType<string>())
        {
            attributes.Put(Tags.PreMedication, values.Find("premedication", detail));
            attributes.Put(Tags.RequestedContrastAgent, values.Find("contrast", detail));
        }

        if (!attributes.Contains(Tags.RequestedContrastAgent))
            attributes.Put(Tags.RequestedContrastAgent, orders.Catalogue(key, "contrast"));
        attributes.Put(Tags.CommentsOnTheScheduledProcedureStep, OrderReading.Comments(order));
        PutTimes(task, order, key, attributes);
        return attributes;
    }

    private void PutTimes(JsonElement task, JsonElement order, string? key, DataSet attributes)
    {
        if (Start(task, order) is not { } start) return;
        attributes.PutTime(Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime, start, zone);
        var end = task.Text("executionPeriod", "end").Instant(zone) ?? orders.End(order);
        if (end is null && int.TryParse(orders.Catalogue(key, "duration"), CultureInfo.InvariantCulture, out var minutes))
            end = start.AddMinutes(minutes);
        attributes.PutTime(Tags.ScheduledProcedureStepEndDate, Tags.ScheduledProcedureStepEndTime, end, zone);
    }

    /// <summary>A DICOM code of the Task or the order, else that of the procedure in the catalogue, or of a department's section.</summary>
    private string? Modality(JsonElement task, JsonElement order, string? key)
    {
        var named = task.Items("input").Select(static input => input.Member("valueCodeableConcept"))
            .Concat(order.Items("orderDetail")).Concat(order.Items("category"))
            .SelectMany(static concept => concept.Items("coding"))
            .Where(static coding => coding.Text("system") is Dcm or "http://dicom.nema.org/resources/ontology/DCM#")
            .Select(static coding => coding.Text("code")).OfType<string>()
            .FirstOrDefault(code => values.Find("modality_dicom", code) is not null);
        if (named is not null) return named;
        if (orders.Catalogue(key, "modality") is { } known) return known;
        return order.Items("category").SelectMany(static concept => concept.Items("coding"))
            .Where(static coding => coding.Text("system")?.EndsWith("/v2-0074", StringComparison.Ordinal) == true)
            .Select(coding => coding.Text("code") is { } code
                ? values.Find("modality", code) ?? values.Find("modality_site", code) : null)
            .FirstOrDefault(static modality => modality is not null) ?? values.Settings.Policy.DefaultModality;
    }

    private static JsonElement Named(JsonElement task, string input) =>
        task.Items("input").FirstOrDefault(one => one.Text("type", "text") == input);

    private string? RoomStation(string? modality) => modality is null ? null : values.Find("room_station", modality);

    private static string? Station(JsonElement task) =>
        task.Text("owner", "identifier", "system")?.EndsWith("/ae-title", StringComparison.Ordinal) == true
            ? task.Text("owner", "identifier", "value")
            : null;

    private static string? Description(JsonElement task, JsonElement code) =>
        task.Text("description") ?? Alternate(code).Text("display") ?? code.Items("coding").FirstOrDefault().Text("display")
        ?? code.Words();

    /// <summary>Those of the Task, else the second code of the procedure, else its first.</summary>
    private IEnumerable<DataSet?> Protocols(JsonElement task, JsonElement code)
    {
        var inputs = task.Items("input").Where(static input => input.Text("type", "text") == "Protocol").ToList();
        if (inputs.Count > 0)
            return inputs.Select(input => input.Member("valueCodeableConcept").Items("coding").Select(values.CodeItem).FirstOrDefault()
                ?? Coding(input));
        var alternate = Alternate(code);
        return [.. (alternate.ValueKind == JsonValueKind.Object ? [alternate] : code.Items("coding").Take(1)).Select(values.CodeItem)];
    }

    private DataSet? Coding(JsonElement input) =>
        input.Member("valueCoding") is { ValueKind: JsonValueKind.Object } coding ? values.CodeItem(coding) : null;

    private static JsonElement Alternate(JsonElement code) => code.Items("coding").Skip(1).FirstOrDefault();

    /// <summary>The start as the domain takes it.</summary>
    public StepDetails Details(string? id, DataSet attributes, DateTimeOffset? start) => new()
    {
        StepId = id,
        Attributes = attributes,
        Start = start is { } at ? SiteTime.LocalOf(zone, at) : null,
        StartInstant = start,
    };
}
