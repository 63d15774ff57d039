using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CloudPacs.Hl7v2;

namespace CloudPacs.Benchmarks;

/// <summary>Ids of the four resources of an order.</summary>
internal sealed record OrderIds(string Patient, string Encounter, string Request, string Task);

/// <summary>
/// What a programmer would write in place of the maps and the elements from rows for the sample order: the same four resources by plain code. It
/// checks what the sample can have and nothing else; the benchmark makes sure that both give the same.
/// </summary>
internal sealed class HandWrittenFhir(OrderIds ids, DateTimeOffset now)
{
    private const string Root = "urn:cloudpacs:default";
    private const string V2 = "http://terminology.hl7.org/CodeSystem/v2-";
    private readonly ArrayBufferWriter<byte> _buffer = new(8 * 1024);
    private Utf8JsonWriter _json = null!;

    public byte[][] Write(Message message)
    {
        var (pid, pv1) = (message.Segment("PID"), message.Segment("PV1"));
        var groups = new OrderGroups(message);
        var (orc, obr) = (groups[0].Orc, groups[0].Obr);
        _json ??= new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return [Patient(pid), Encounter(pv1), Request(groups[0], orc, obr, message.DefaultOffset), Task(orc, obr, message.DefaultOffset)];
    }

    private byte[] Patient(Segment pid)
    {
        Begin("Patient", ids.Patient);
        _json.WriteBoolean("active", true);
        _json.WriteStartArray("identifier");
        var id = pid.Field(3);
        var authority = id.Component(4);
        _json.WriteStartObject();
        _json.WriteString("id", "primary");
        _json.WriteString("use", "usual");
        Type(id.Component(5).Text!, "Medical record number");
        _json.WriteString("system", authority.SubComponent(3).Text == "ISO" ? "urn:oid:" + authority.SubComponent(2).Text : Root);
        _json.WriteString("value", id.Component(1).Text);
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteStartArray("name");
        Name(pid.Field(5));
        _json.WriteEndArray();
        if (pid.Field(7).TryGetTime(out var birth)) _json.WriteString("birthDate", birth.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (pid.Field(8).Text switch { "M" => "male", "F" => "female", "O" or "A" => "other", "U" => "unknown", _ => null } is { } gender) _json.WriteString("gender", gender);
        Address(pid.Field(11));
        if (pid.Field(13).Component(1).Text is { } phone)
        {
            _json.WriteStartArray("telecom");
            _json.WriteStartObject();
            _json.WriteString("id", "map.fhir.patient.phone.home-1");
            _json.WriteString("system", "phone");
            _json.WriteString("value", phone);
            _json.WriteString("use", "home");
            _json.WriteEndObject();
            _json.WriteEndArray();
        }

        return End();
    }

    private byte[] Encounter(Segment pv1)
    {
        Begin("Encounter", ids.Encounter);
        _json.WriteString("status", "planned");
        Reference("subject", "Patient/" + ids.Patient);
        var visit = pv1.Field(19);
        _json.WriteStartArray("identifier");
        Number("map.visit", "VN", "Visit number", visit.Component(1).Text, visit.Component(4).SubComponent(1).Text);
        _json.WriteEndArray();
        if (pv1.Field(2).Text == "O")
        {
            _json.WritePropertyName("class");
            Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", "ambulatory");
        }

        _json.WriteStartArray("participant");
        Participant("map.fhir.encounter.attending-1", "ATND", pv1.Field(7));
        Participant("map.fhir.encounter.referring-1", "REF", pv1.Field(8));
        _json.WriteEndArray();
        Place(pv1.Field(3));
        return End();
    }

    private byte[] Request(OrderGroup group, Segment orc, Segment obr, TimeSpan? offset)
    {
        Begin("ServiceRequest", ids.Request);
        _json.WriteString("status", "active");
        _json.WriteString("intent", "filler-order");
        Reference("subject", "Patient/" + ids.Patient);
        Reference("encounter", "Encounter/" + ids.Encounter);
        if (orc.Field(7).Component(4).TryGetTime(out var start)) _json.WriteString("occurrenceDateTime", Instant(start, offset));
        _json.WriteStartArray("identifier");
        Number("placer", "PLAC", "Placer Identifier", orc.Field(2).Component(1).Text, orc.Field(2).Component(2).Text);
        Number("filler", "FILL", "Filler Identifier", orc.Field(3).Component(1).Text, orc.Field(3).Component(2).Text);
        Number("accession", "ACSN", "Accession ID", obr.Field(18).Text, "MERCY");
        Plain("study", "urn:dicom:uid", "urn:oid:" + group.StudyZds.Field(1).Component(1).Text);
        Plain("procedure", Root + "/requested-procedure-id", obr.Field(19).Text);
        _json.WriteEndArray();
        _json.WriteStartArray("category");
        Category("map.imaging", "http://snomed.info/sct", "363679005", "Imaging");
        if (obr.Field(24).Text == "CT") Category("map.section", V2 + "0074", "CT", "CAT Scan");
        _json.WriteEndArray();
        Code(obr.Field(4));
        if (orc.Field(9).TryGetTime(out var authored)) _json.WriteString("authoredOn", Instant(authored, offset));
        _json.WritePropertyName("requester");
        Person(obr.Field(16));
        if ((orc.Field(7).Component(6).Text ?? obr.Field(27).Component(6).Text) == "R") _json.WriteString("priority", "routine");
        _json.WriteStartArray("reasonCode");
        _json.WriteStartObject();
        _json.WriteString("id", "map.1");
        _json.WriteString("text", obr.Field(31).Component(2).Text);
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteStartArray("note");
        Note("map.fhir.request.clinical-1", "Clinical information: " + (obr.Field(13).Component(2).Text ?? obr.Field(13).Text));
        var number = 0;
        foreach (var note in group.Nte) Note("map.fhir.request.notes-" + (++number).ToString(CultureInfo.InvariantCulture), note.Field(3).LongText);
        _json.WriteEndArray();
        _json.WriteStartArray("extension");
        _json.WriteStartObject();
        _json.WriteString("id", "map.transport");
        _json.WriteString("url", Root + "/StructureDefinition/transport-mode");
        _json.WriteString("valueString", obr.Field(30).Text);
        _json.WriteEndObject();
        _json.WriteEndArray();
        return End();
    }

    private byte[] Task(Segment orc, Segment obr, TimeSpan? offset)
    {
        Begin("Task", ids.Task);
        _json.WriteString("status", "requested");
        _json.WriteString("intent", "filler-order");
        _json.WriteStartObject("businessStatus");
        _json.WriteString("text", "SCHEDULED");
        _json.WriteEndObject();
        _json.WriteStartArray("identifier");
        Plain("step", Root + "/scheduled-procedure-step-id", obr.Field(20).Text);
        _json.WriteEndArray();
        Reference("focus", "ServiceRequest/" + ids.Request);
        _json.WriteStartArray("basedOn");
        _json.WriteStartObject();
        _json.WriteString("id", "order");
        _json.WriteString("reference", "ServiceRequest/" + ids.Request);
        _json.WriteEndObject();
        _json.WriteEndArray();
        Reference("for", "Patient/" + ids.Patient);
        Reference("encounter", "Encounter/" + ids.Encounter);
        if (orc.Field(7).Component(4).TryGetTime(out var start))
        {
            _json.WriteStartObject("executionPeriod");
            _json.WriteString("start", Instant(start, offset));
            _json.WriteEndObject();
        }

        _json.WritePropertyName("code");
        Concept("http://snomed.info/sct", "363679005", "Imaging");
        var code = obr.Field(4);
        _json.WriteString("description", code.Component(5).Text ?? code.Component(2).Text);
        _json.WriteStartArray("input");
        Input("map.modality", "Modality", "http://dicom.nema.org/resources/ontology/DCM", obr.Field(24).Text!, null);
        Input("map.protocol", "Protocol", SystemOf(code.Component(6).Text), code.Component(4).Text!, code.Component(5).Text);
        _json.WriteEndArray();
        return End();
    }

    private void Begin(string type, string id)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("resourceType", type);
        _json.WriteString("id", id);
        _json.WriteStartObject("meta");
        _json.WriteString("versionId", "1");
        _json.WriteString("lastUpdated", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        _json.WriteEndObject();
    }

    private byte[] End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    private void Reference(string name, string reference)
    {
        _json.WriteStartObject(name);
        _json.WriteString("reference", reference);
        _json.WriteEndObject();
    }

    private void Name(Element name)
    {
        _json.WriteStartObject();
        _json.WriteString("id", "map.fhir.patient.name-1");
        if (name.Component(1).SubComponent(1).Text is { } family) _json.WriteString("family", family);
        _json.WriteStartArray("given");
        foreach (var number in (ReadOnlySpan<int>)[2, 3]) if (name.Component(number).Text is { } given) _json.WriteStringValue(given);
        _json.WriteEndArray();
        if (name.Component(5).Text is { } prefix)
        {
            _json.WriteStartArray("prefix");
            _json.WriteStringValue(prefix);
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
    }

    private void Address(Element address)
    {
        if (!address.HasValue) return;
        _json.WriteStartArray("address");
        _json.WriteStartObject();
        _json.WriteString("id", "map.1");
        _json.WriteStartArray("line");
        if (address.Component(1).Text is { } line) _json.WriteStringValue(line);
        _json.WriteEndArray();
        foreach (var (number, name) in (ReadOnlySpan<(int, string)>)[(3, "city"), (4, "state"), (5, "postalCode"), (6, "country")])
            if (address.Component(number).Text is { } text) _json.WriteString(name, text);
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Place(Element place)
    {
        var parts = new[] { place.Component(4).SubComponent(1).Text, null, null, place.Component(1).Text, place.Component(2).Text, place.Component(3).Text };
        _json.WriteStartArray("location");
        _json.WriteStartObject();
        _json.WriteString("id", "map.current");
        _json.WriteStartObject("location");
        _json.WriteString("type", "Location");
        _json.WriteStartObject("identifier");
        _json.WriteString("system", Root + "/id/default/location");
        _json.WriteString("value", string.Join('|', parts).TrimEnd('|'));
        _json.WriteEndObject();
        _json.WriteString("display", string.Join(' ', parts.Where(static part => part is not null)));
        _json.WriteEndObject();
        _json.WriteString("status", "active");
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Participant(string id, string type, Element person)
    {
        if (!person.HasValue) return;
        _json.WriteStartObject();
        _json.WriteString("id", id);
        _json.WriteStartArray("type");
        Concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", type, null);
        _json.WriteEndArray();
        _json.WritePropertyName("individual");
        Person(person);
        _json.WriteEndObject();
    }

    private void Person(Element person)
    {
        _json.WriteStartObject();
        _json.WriteString("type", "Practitioner");
        _json.WriteStartObject("identifier");
        _json.WriteString("system", Root + "/id/default/practitioner");
        _json.WriteString("value", person.Component(1).Text);
        _json.WriteEndObject();
        var parts = new[] { person.Component(6).Text, person.Component(3).Text, person.Component(4).Text, person.Component(2).SubComponent(1).Text };
        _json.WriteString("display", string.Join(' ', parts.Where(static part => part is not null)));
        _json.WriteEndObject();
    }

    private void Code(Element code)
    {
        _json.WriteStartObject("code");
        _json.WriteStartArray("coding");
        foreach (var first in (ReadOnlySpan<int>)[1, 4])
        {
            if (code.Component(first).Text is not { } value) continue;
            _json.WriteStartObject();
            _json.WriteString("system", SystemOf(code.Component(first + 2).Text));
            _json.WriteString("code", value);
            if (code.Component(first + 1).Text is { } display) _json.WriteString("display", display);
            if (first == 1 && code.Component(4).HasValue) _json.WriteBoolean("userSelected", true);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Category(string id, string system, string code, string display)
    {
        _json.WriteStartObject();
        _json.WriteString("id", id);
        _json.WriteStartArray("coding");
        Coding(system, code, display);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Input(string id, string type, string system, string code, string? display)
    {
        _json.WriteStartObject();
        _json.WriteString("id", id);
        _json.WriteStartObject("type");
        _json.WriteString("text", type);
        _json.WriteEndObject();
        _json.WritePropertyName("valueCodeableConcept");
        Concept(system, code, display);
        _json.WriteEndObject();
    }

    private void Concept(string system, string code, string? display)
    {
        _json.WriteStartObject();
        _json.WriteStartArray("coding");
        Coding(system, code, display);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Coding(string system, string code, string? display)
    {
        _json.WriteStartObject();
        _json.WriteString("system", system);
        _json.WriteString("code", code);
        if (display is not null) _json.WriteString("display", display);
        _json.WriteEndObject();
    }

    private void Type(string code, string display)
    {
        _json.WriteStartObject("type");
        _json.WriteStartArray("coding");
        Coding(V2 + "0203", code, display);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Number(string id, string type, string display, string? value, string? authority)
    {
        if (value is null) return;
        _json.WriteStartObject();
        _json.WriteString("id", id);
        Type(type, display);
        if (authority is not null) _json.WriteString("system", $"{Root}/id/default/{Uri.EscapeDataString(authority)}");
        _json.WriteString("value", value);
        _json.WriteEndObject();
    }

    private void Plain(string id, string system, string? value)
    {
        if (value is null) return;
        _json.WriteStartObject();
        _json.WriteString("id", id);
        _json.WriteString("system", system);
        _json.WriteString("value", value);
        _json.WriteEndObject();
    }

    private void Note(string id, string? text)
    {
        _json.WriteStartObject();
        _json.WriteString("id", id);
        _json.WriteString("text", text);
        _json.WriteEndObject();
    }

    private static string SystemOf(string? scheme) => scheme switch { null or "L" => Root + "/codes/local", "RADLEX" => "http://radlex.org", _ => Root + "/codes/" + scheme };

    private static string Instant(Hl7Time time, TimeSpan? offset) =>
        time.ToDateTimeOffset(time.Offset ?? offset ?? TimeSpan.Zero).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
