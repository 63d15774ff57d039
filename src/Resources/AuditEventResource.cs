using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using CloudPacs.Store.Audit;

namespace CloudPacs.Resources;

/// <summary>
/// An entry of the audit trail as an AuditEvent (FHIR R4 auditevent.html). It is made when somebody asks: entries are many, and few are
/// read.
/// </summary>
internal static class AuditEventResource
{
    public const string Name = "AuditEvent";
    private const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";
    private const string Rest = "http://hl7.org/fhir/restful-interaction", ByClients = "resource";
    private const string Types = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private const string Roles = "http://terminology.hl7.org/CodeSystem/object-role";

    /// <summary>The id of an entry: its time, by which it is found, and its row.</summary>
    public static string IdOf(AuditRow row) => string.Create(CultureInfo.InvariantCulture, $"{MicrosecondsOf(row.At)}-{row.Id:N}");

    /// <summary>Time and row of an id; null for a text that is none.</summary>
    public static (DateTimeOffset At, Guid Row)? RowOf(string id)
    {
        var hyphen = id.IndexOf('-', StringComparison.Ordinal);
        return hyphen is > 0 and < 17 && long.TryParse(id[..hyphen], NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && Guid.TryParseExact(id[(hyphen + 1)..], "N", out var row)
            ? (TimeOf(time), row)
            : null;
    }

    public static long MicrosecondsOf(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset TimeOf(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static byte[] Write(AuditRow row)
    {
        var recorded = row.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", Name);
            json.WriteString("id", IdOf(row));
            json.WriteStartObject("meta");
            json.WriteString("versionId", "1");
            json.WriteString("lastUpdated", recorded);
            json.WriteEndObject();
            WriteKind(json, row.Action);
            json.WriteString("action", ActionOf(row.Action));
            json.WriteString("recorded", recorded);
            json.WriteString("outcome", ((short)row.Outcome).ToString(CultureInfo.InvariantCulture));
            if (!string.IsNullOrWhiteSpace(row.Detail)) json.WriteString("outcomeDesc", row.Detail.Trim());
            WriteAgent(json, row);
            json.WriteStartObject("source");
            json.WriteStartObject("observer");
            json.WriteString("display", "CloudPacs");
            json.WriteEndObject();
            json.WriteEndObject();
            WriteEntities(json, row);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>By the events of DICOM (PS3.15 A.5.3) what an act was about; a client's write is one of the REST interface.</summary>
    private static void WriteKind(Utf8JsonWriter json, string verb)
    {
        var (about, what) = (verb.Split('.')[0], verb[(verb.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        json.WritePropertyName("type");
        if (about == ByClients)
        {
            WriteCoding(json, "http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "Restful Operation");
            json.WriteStartArray("subtype");
            WriteCoding(json, Rest, what is "created" ? "create" : what is "deleted" ? "delete" : "update");
            json.WriteEndArray();
            return;
        }

        var (code, display) = about switch
        {
            "patient" or "visit" => ("110110", "Patient Record"),
            "order" or "appointment" => ("110109", "Order Record"),
            "study" or "instance" => ("110103", "DICOM Instances Accessed"),
            _ => ("110111", "Procedure Record"),
        };
        WriteCoding(json, Dicom, code, display);
        json.WriteStartArray("subtype");
        WriteCoding(json, "urn:cloudpacs:audit", verb);
        json.WriteEndArray();
    }

    private static string ActionOf(string verb) => verb[(verb.IndexOf('.', StringComparison.Ordinal) + 1)..] switch
    {
        "created" or "placed" or "stored" or "scheduled" => "C",
        "deleted" or "erased" => "D",
        _ => "U",
    };

    private static void WriteAgent(Utf8JsonWriter json, AuditRow row)
    {
        json.WriteStartArray("agent");
        json.WriteStartObject();
        if (!string.IsNullOrWhiteSpace(row.Actor)) json.WriteString("name", row.Actor.Trim());
        json.WriteBoolean("requestor", true);
        if (!string.IsNullOrWhiteSpace(row.Source))
        {
            json.WriteStartObject("network");
            json.WriteString("address", row.Source.Trim());
            json.WriteString("type", IPAddress.TryParse(row.Source, out _) ? "2" : "1");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteEntities(Utf8JsonWriter json, AuditRow row)
    {
        var versions = row.Resources?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var subject = row.Entity is null ? null : ResourceTypes.ReferenceOf(row.Action, row.Entity);
        // A row that no resource shows has no address.
        if (subject?.Contains('/', StringComparison.Ordinal) != true) subject = null;
        var named = subject is not null && !Array.Exists(versions, version => version.StartsWith(subject + "/", StringComparison.Ordinal));
        var patient = row.PatientId is { } id ? $"Patient/{id}" : null;
        if (patient is null && !named && versions.Length == 0) return;
        json.WriteStartArray("entity");
        if (patient is not null) WriteEntity(json, patient, "1", "Person", "1", "Patient");
        if (named && subject != patient) WriteEntity(json, subject!, "2", "System Object", "4", "Domain Resource");
        foreach (var version in versions) WriteEntity(json, version, "2", "System Object", "4", "Domain Resource");
        json.WriteEndArray();
    }

    private static void WriteEntity(Utf8JsonWriter json, string what, string type, string typeName, string role, string roleName)
    {
        json.WriteStartObject();
        json.WriteStartObject("what");
        json.WriteString("reference", what);
        json.WriteEndObject();
        json.WritePropertyName("type");
        WriteCoding(json, Types, type, typeName);
        json.WritePropertyName("role");
        WriteCoding(json, Roles, role, roleName);
        json.WriteEndObject();
    }

    private static void WriteCoding(Utf8JsonWriter json, string system, string code, string? display = null)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("code", code);
        if (display is not null) json.WriteString("display", display);
        json.WriteEndObject();
    }
}
